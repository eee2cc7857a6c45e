using Npgsql;
using NpgsqlTypes;

namespace OrleansOrders.Cli.Bench.Loading;

/// <summary>Fills a log with blocks of streams, without going through the store; see load_blocks.sql.</summary>
/// <param name="Prefix">What the streams' ids begin with; their number in the log follows.</param>
/// <param name="Lengths">The streams of one block, by their lengths.</param>
internal sealed record BlockLog(string Prefix, IReadOnlyList<int> Lengths)
{
    private const int RowsAtATime = 100_000;

    /// <summary>From here on it is quicker to make the indexes when the rows are there.</summary>
    private const int WorthDroppingIndexes = 1_000_000;

    public int EventsPerBlock { get; } = Lengths.Sum();

    public async Task Load(BenchDatabase database, int blocks, Action<string> report, CancellationToken cancellation)
    {
        var isLarge = (long)blocks * EventsPerBlock >= WorthDroppingIndexes;
        var indexes = isLarge ? await ListIndexes(database, cancellation) : [];
        foreach (var (drop, _) in indexes)
            await database.Execute(drop, cancellation);
        var atATime = Math.Max(1, RowsAtATime / EventsPerBlock);
        var (position, key) = await ReadEnd(database, cancellation);
        var parts = (blocks + atATime - 1) / atATime;
        var done = 0;
        await Parallel.ForAsync(0, parts, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellation }, async (part, token) =>
        {
            await Insert(database, part * atATime, Math.Min(blocks, (part + 1) * atATime) - 1, position, key, token);
            if (isLarge && Interlocked.Increment(ref done) % (parts / 4) == 0)
                report($"{(long)done * atATime * EventsPerBlock:n0} events are loaded.");
        });
        foreach (var (_, create) in indexes)
            await database.Execute($"set maintenance_work_mem = '1GB'; {create}", cancellation);
        var events = (long)blocks * EventsPerBlock;
        await database.Execute(
            $"update log set position = position + {events}, receipts = (select count(*) from commands); select setval('streams_stream_key_seq', {key + (long)blocks * Lengths.Count})",
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
        await using var command = new NpgsqlCommand(ReferenceLoad.Sql("load_blocks"), connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. Lengths], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Prefix });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
