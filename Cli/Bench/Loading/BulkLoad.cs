using Npgsql;

namespace OrleansOrders.Cli.Bench.Loading;

/// <summary>What a log is filled with, without going through the store: blocks that are alike.</summary>
/// <param name="Events">In each block.</param>
/// <param name="Streams">That begin with each block.</param>
/// <param name="Statement">
/// Inserts blocks $1 to $2 behind position $3, with the keys of streams behind $4; its own parameters follow.
/// </param>
internal sealed record BulkLoad(int Events, int Streams, string Statement, params NpgsqlParameter[] Parameters)
{
    private const int RowsAtATime = 100_000;

    /// <summary>From here on it is quicker to make the indexes when the rows are there.</summary>
    private const int WorthDroppingIndexes = 1_000_000;

    /// <param name="first">The number of the first block, counted from 0.</param>
    public async Task Run(BenchDatabase database, int first, int blocks, Action<string> report, CancellationToken cancellation)
    {
        var events = (long)blocks * Events;
        var isLarge = events >= WorthDroppingIndexes;
        var indexes = isLarge ? await ListIndexes(database, cancellation) : [];
        foreach (var (drop, _) in indexes)
            await database.Execute(drop, cancellation);
        var (position, key) = await ReadEnd(database, cancellation);
        var atATime = Math.Max(1, RowsAtATime / Events);
        var parts = (blocks + atATime - 1) / atATime;
        var done = 0;
        await Parallel.ForAsync(0, parts, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation }, async (part, token) =>
        {
            var last = Math.Min(blocks, (part + 1) * atATime) - 1;
            await Insert(database, first + part * atATime, first + last, position - (long)first * Events, key - (long)first * Streams, token);
            if (isLarge && Interlocked.Increment(ref done) % (parts / 4) == 0)
                report($"{(long)done * atATime * Events:n0} events are loaded.");
        });
        foreach (var (_, create) in indexes)
            await database.Execute($"set maintenance_work_mem = '1GB'; {create}", cancellation);
        await database.Execute(
            $"update log set position = position + {events}, receipts = (select count(*) from commands); select setval('streams_stream_key_seq', {key + (long)blocks * Streams})",
            cancellation);
        await database.Execute("vacuum analyze events, streams, commands", cancellation);
    }

    private static async Task<List<(string Drop, string Create)>> ListIndexes(BenchDatabase database, CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand(ReferenceLoad.Sql("list_indexes"));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var indexes = new List<(string, string)>();
        while (await reader.ReadAsync(cancellation))
            indexes.Add((reader.GetString(0), reader.GetString(1)));
        return indexes;
    }

    private static async Task<(long Position, long Key)> ReadEnd(BenchDatabase database, CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select position, (select coalesce(max(stream_key), 0) from streams) from log");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private async Task Insert(BenchDatabase database, int first, int last, long position, long key, CancellationToken cancellation)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(Statement, connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = first });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = last });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key });
        foreach (var parameter in Parameters)
            command.Parameters.Add(parameter.Clone());
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
