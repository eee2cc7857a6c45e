using Npgsql;
using NpgsqlTypes;

namespace OrleansOrders.Cli.Bench.Loading;

/// <summary>Fills a log with receipts of stock, without going through the store.</summary>
internal static class StockLog
{
    private const int Part = 100_000;

    /// <param name="skus">The SKU of each event, in the order of the log.</param>
    /// <param name="committing">Is to commit: before that, nobody sees any of the events.</param>
    public static async Task Append(
        BenchDatabase database, IEnumerable<int> skus, Func<Func<Task>, Task> committing, CancellationToken cancellation)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var part in skus.Chunk(Part))
        {
            await using var command = new NpgsqlCommand(ReferenceLoad.Sql("load_stock_events"), connection) { CommandTimeout = 0 };
            command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = part, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
            await command.ExecuteNonQueryAsync(cancellation);
        }
        await committing(() => transaction.CommitAsync(cancellation));
    }
}
