using OrleansOrders.ReadModels.Projections;

namespace OrleansOrders.ReadModels;

/// <summary>Every read model.</summary>
public static class ReadModelCatalog
{
    public static IReadOnlyList<Projection> All { get; } =
    [
        OrderDetails.Projection, CustomerOrders.Projection, OrderSearch.Projection, Sales.Projection, StockLevels.Projection,
        FulfilmentBoard.Projection,
    ];

    private static readonly HashSet<string> StreamTypes = [.. All.Select(projection => projection.StreamType)];

    /// <exception cref="KeyNotFoundException">There is no such projection.</exception>
    public static Projection Find(string name) => All.FirstOrDefault(projection => projection.Name == name)
        ?? throw new KeyNotFoundException($"There is no projection called {name}.");

    /// <summary>Whether any projection reads streams of this type.</summary>
    public static bool Reads(string streamType) => StreamTypes.Contains(streamType);
}
