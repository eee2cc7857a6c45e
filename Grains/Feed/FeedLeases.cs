using Npgsql;

namespace OrleansOrders.Grains.Feed;

/// <summary>This silo's share of the log's parts.</summary>
internal sealed class FeedLeases(NpgsqlDataSource database, string owner)
{
    /// <summary>
    /// Parts of the log. An order belongs to one of them for good, so that the number never changes; more silos than parts
    /// leave some without reading, which costs them nothing else.
    /// </summary>
    public const int Partitions = 8;

    /// <summary>Longer than a few missed renewals, shorter than anybody wants to wait for an order of a silo that is gone.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);

    public static int PartitionOf(string tenant, string orderId)
    {
        var hash = 2166136261u; // FNV-1a, because it is the same in every process
        foreach (var character in tenant)
            hash = (hash ^ character) * 16777619;
        hash = (hash ^ '/') * 16777619;
        foreach (var character in orderId)
            hash = (hash ^ character) * 16777619;
        return (int)(hash % Partitions);
    }

    /// <returns>The parts that are this silo's until the next renewal, each with the position that it is finished up to.</returns>
    public async Task<IReadOnlyDictionary<int, long>> Renew(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select r_partition, r_position from lease_feed($1, $2, $3)");
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = Partitions });
        command.Parameters.Add(new() { Value = Lease });
        var held = new Dictionary<int, long>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            held.Add(reader.GetInt32(0), reader.GetInt64(1));
        return held;
    }

    public async Task Keep(IReadOnlyCollection<(int Partition, long Position)> finished, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select keep_feed_positions($1, $2)");
        command.Parameters.Add(new() { Value = finished.Select(part => part.Partition).ToArray() });
        command.Parameters.Add(new() { Value = finished.Select(part => part.Position).ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task Leave(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select leave_feed($1)");
        command.Parameters.Add(new() { Value = owner });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
