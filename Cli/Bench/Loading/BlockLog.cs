using Npgsql;
using NpgsqlTypes;

namespace OrleansOrders.Cli.Bench.Loading;

/// <summary>Fills a log with blocks of streams, without going through the store; see load_blocks.sql.</summary>
/// <param name="Prefix">What the streams' ids begin with; their number in the log follows.</param>
/// <param name="Lengths">The streams of one block, by their lengths.</param>
internal sealed record BlockLog(string Prefix, IReadOnlyList<int> Lengths)
{
    public int EventsPerBlock { get; } = Lengths.Sum();

    /// <summary>A thousand events as a shop has them: few long streams, many short ones.</summary>
    public static BlockLog OfShop(string prefix) => new(prefix, [.. Enumerable.Repeat(100, 2), .. Enumerable.Repeat(40, 10), .. Enumerable.Repeat(10, 40)]);

    public Task Load(BenchDatabase database, int blocks, Action<string> report, CancellationToken cancellation) =>
        new BulkLoad(
            EventsPerBlock, Lengths.Count, ReferenceLoad.Sql("load_blocks"),
            new NpgsqlParameter<int[]> { TypedValue = [.. Lengths], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
            new NpgsqlParameter<string> { TypedValue = Prefix }).Run(database, 0, blocks, report, cancellation);
}
