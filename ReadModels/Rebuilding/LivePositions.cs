using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>Up to where a live table has its events: as a whole, or part by part.</summary>
internal sealed class LivePositions
{
    private const string Rows = "select name, position from projections where name = $1 or name ^@ ($1 || '/') order by name";

    private readonly long[] _parts;

    private LivePositions(long[] parts) => _parts = parts;

    /// <summary>Everything up to here is in the table.</summary>
    public long Lowest => _parts.Min();

    /// <summary>Nothing after here is.</summary>
    public long Highest => _parts.Max();

    public bool Cover(RecordedEvent recorded) => recorded.Position <= _parts[PublishedEvents.PartitionOf(recorded.Stream.StreamId)];

    /// <param name="locking">Whether nobody may move them until the connection's transaction ends.</param>
    public static async Task<LivePositions> Read(NpgsqlConnection connection, string name, bool locking, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(locking ? $"{Rows} for update" : Rows, connection);
        command.Parameters.AddWithValue(name);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var whole = 0L;
        var parts = new SortedDictionary<int, long>();
        while (await reader.ReadAsync(cancellation))
        {
            var (row, position) = (reader.GetString(0), reader.GetInt64(1));
            if (row == name)
                whole = position;
            else
                parts[int.Parse(row.AsSpan(name.Length + 1), System.Globalization.CultureInfo.InvariantCulture)] = position;
        }
        return new LivePositions(parts.Count > 0 ? [.. parts.Values] : [.. Enumerable.Repeat(whole, PublishedEvents.Partitions)]);
    }
}
