using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>A secret that another system knows as well, as it is stored.</summary>
/// <param name="Key">Its owner stands where a key of a customer's has the customer.</param>
/// <param name="EndsAt">Null while it is the newest of its owner.</param>
public sealed record SharedSecret(WrappedKey Key, DateTimeOffset CreatedAt, DateTimeOffset? EndsAt);

/// <summary>Reads and writes <c>shared_secrets</c>.</summary>
public static class SharedSecretTable
{
    private const string Columns = "secret_id, tenant, owner, master_id, wrapped, created_at, ends_at";

    /// <summary>Adds the owner's newest secret. The one before it is good until <paramref name="endOfOthers"/>, those before that one no more.</summary>
    public static async Task Add(
        NpgsqlConnection connection, WrappedKey secret, DateTimeOffset now, DateTimeOffset endOfOthers, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command("delete from shared_secrets where owner = $1 and (ends_at is not null or $2 <= $3)", secret.CustomerId, endOfOthers, now),
                Command("update shared_secrets set ends_at = $2 where owner = $1", secret.CustomerId, endOfOthers),
                Command(
                    "insert into shared_secrets (secret_id, tenant, owner, master_id, wrapped, created_at) values ($1, $2, $3, $4, $5, $6)",
                    secret.KeyId, secret.Tenant, secret.CustomerId, secret.MasterId!, secret.Wrapped!, now),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The secrets of these owners that are good at that moment, the newest of each first.</summary>
    public static async Task<IReadOnlyList<SharedSecret>> Find(
        NpgsqlConnection connection, IReadOnlyCollection<string> owners, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            select {Columns} from shared_secrets where owner = any ($1) and (ends_at is null or ends_at > $2)
            order by owner, ends_at desc nulls first
            """, connection);
        command.Parameters.Add(new() { Value = owners.ToArray() });
        command.Parameters.Add(new() { Value = now });
        return await Read(command, cancellation);
    }

    public static async Task Remove(NpgsqlConnection connection, string owner, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("delete from shared_secrets where owner = $1", connection);
        command.Parameters.Add(new() { Value = owner });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Those that another master key has wrapped.</summary>
    public static async Task<IReadOnlyList<SharedSecret>> ListWrappedByOthers(
        NpgsqlDataSource database, string masterId, int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from shared_secrets where master_id <> $1 limit $2");
        command.Parameters.Add(new() { Value = masterId });
        command.Parameters.Add(new() { Value = most });
        return await Read(command, cancellation);
    }

    /// <summary>Puts the same secret, wrapped otherwise, in its place.</summary>
    public static async Task<int> Replace(NpgsqlDataSource database, WrappedKey old, WrappedKey changed, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "update shared_secrets set master_id = $1, wrapped = $2 where secret_id = $3 and wrapped = $4");
        foreach (var value in (object[])[changed.MasterId!, changed.Wrapped!, changed.KeyId, old.Wrapped!])
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }

    private static async Task<IReadOnlyList<SharedSecret>> Read(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var secrets = new List<SharedSecret>();
        while (await reader.ReadAsync(cancellation))
        {
            secrets.Add(new SharedSecret(
                new WrappedKey(
                    reader.GetString(1), reader.GetString(2), reader.GetGuid(0), reader.GetString(3), reader.GetFieldValue<byte[]>(4)),
                reader.GetFieldValue<DateTimeOffset>(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6)));
        }
        return secrets;
    }
}
