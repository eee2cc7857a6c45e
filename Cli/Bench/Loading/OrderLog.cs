using System.Globalization;

namespace OrleansOrders.Cli.Bench.Loading;

/// <summary>Fills a log with fulfilled orders, without going through the store: copies of one; see load_orders.sql.</summary>
internal static class OrderLog
{
    /// <summary>Of an order of three lines.</summary>
    public const int EventsPerOrder = 25;

    private const int StreamsPerOrder = 4;

    private static readonly BulkLoad Copies = new(EventsPerOrder, StreamsPerOrder, ReferenceLoad.Sql("load_orders"));

    /// <summary>Keeps a fulfilled order to be copied. Nothing may touch its stock but its copies.</summary>
    public static Task Keep(BenchDatabase database, string orderId, CancellationToken cancellation) =>
        database.Execute(string.Format(CultureInfo.InvariantCulture, ReferenceLoad.Sql("keep_order"), orderId), cancellation);

    /// <summary>Copies the order that was kept. As if its customers had been told and its reactions seen to.</summary>
    /// <param name="copied">Copies that are there already.</param>
    public static async Task Load(BenchDatabase database, int copied, int orders, Action<string> report, CancellationToken cancellation)
    {
        await Copies.Run(database, copied, orders, report, cancellation);
        await database.Execute($"""
            update streams s set version = c.version + {copied + orders}, position = (select position from log) - {EventsPerOrder} + c.slot
            from copied_order c where is_stock and s.stream_key = c.stream_key;
            update reaction_checkpoints set position = (select position from log)
            """, cancellation);
    }
}
