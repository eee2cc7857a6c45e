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

    /// <summary>The kind of streams that no projection reads.</summary>
    internal const int NoKind = -1;

    private static readonly string[] StreamTypes = [.. All.Select(projection => projection.StreamType).Distinct()];

    /// <exception cref="KeyNotFoundException">There is no such projection.</exception>
    public static Projection Find(string name) => All.FirstOrDefault(projection => projection.Name == name)
        ?? throw new KeyNotFoundException($"There is no projection called {name}.");

    /// <summary>A number for the streams of this type, as long as the process lives.</summary>
    internal static int KindOf(string streamType) => Array.IndexOf(StreamTypes, streamType);
}
