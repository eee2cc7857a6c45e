using System.Globalization;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.ReadModels.Projections;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.ReadModels.Support;

/// <summary>The rows of a read model as text, from its table and from a fold of the log in memory.</summary>
internal static class TableRows
{
    /// <summary>Every column of every row, ordered.</summary>
    public static async Task<List<string>> InDatabase(TestDatabase database, string table)
    {
        await using var command = database.DataSource.CreateCommand($"select * from {table}");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            // What the database derives from another column is not in memory.
            var values = Enumerable.Range(0, reader.FieldCount).Where(i => reader.GetName(i) is not ("words" or "wake_minute"))
                .Select(i => $"{reader.GetName(i)}={(reader.IsDBNull(i) ? "null" : Write(reader.GetValue(i)))}");
            rows.Add(string.Join(" | ", values.Order(StringComparer.Ordinal)));
        }
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <param name="log">A sound one.</param>
    public static async Task<List<string>> InMemory(IEventStore log, string table)
    {
        var events = await log.ReadLog(0, int.MaxValue, CancellationToken.None);
        return table switch
        {
            "order_details" => Fold(OrderDetails.Projection, events),
            "customer_orders" => Fold(CustomerOrders.Projection, events),
            "order_search" => Fold(OrderSearch.Projection, events),
            "sales" => Fold(Sales.Projection, events),
            "stock_levels" => Fold(StockLevels.Projection, events),
            "fulfilment_board" => Fold(FulfilmentBoard.Projection, events),
            _ => throw new ArgumentException(table, nameof(table)),
        };
    }

    public static async Task AssertEqualToFold(ReadModelsUnderTest readModels)
    {
        foreach (var projection in ReadModelCatalog.All)
            await AssertEqualToFold(readModels, projection.Name);
    }

    public static async Task AssertEqualToFold(ReadModelsUnderTest readModels, string table)
    {
        var expected = await InMemory(readModels.Log, table);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await InDatabase(readModels.Database, table));
    }

    private static List<string> Fold<TKey, TRow>(Projection<TKey, TRow> projection, IReadOnlyList<RecordedEvent> events)
        where TKey : struct, IEquatable<TKey>
        where TRow : class, IProjectionRow<TKey>
    {
        var table = new MemoryTable<TKey, TRow>(projection);
        foreach (var recorded in events)
            table.Apply(OrleansOrders.Engine.EventCodec.Open(recorded));
        var values = table.Rows.Select(pair => projection.KeyColumns.Select(column => Write(column, pair.Key))
            .Concat(projection.RowColumns.Select(column => Write(column, pair.Value)))
            .Order(StringComparer.Ordinal));
        var rows = values.Select(row => string.Join(" | ", row)).ToList();
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Write<TSource>(Column<TSource> column, TSource source)
    {
        var value = ((Array)column.ToParameter([source]).Value!).GetValue(0);
        return $"{column.Name}={(value is null ? "null" : Write(value))}";
    }

    private static string Write(object value) => value switch
    {
        DateTime time => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
