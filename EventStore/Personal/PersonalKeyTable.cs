using System.Data.Common;
using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>Reads and writes <c>personal_keys</c> and <c>master_keys</c>.</summary>
/// <param name="database">Stays the caller's.</param>
public sealed class PersonalKeyTable(NpgsqlDataSource database) : IPersonalKeyStore
{
    private const string Columns = "tenant, customer_id, key_id, master_id, wrapped";

    /// <summary>Announces the master keys that this process has; the first one wraps new keys.</summary>
    /// <returns>The id of a master key that it lacks, and without which it must not go on; null when it may.</returns>
    public static async Task<string?> ClaimMaster(
        NpgsqlDataSource database, IReadOnlyList<string> masterIds, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select claim_master_key($1)");
        command.Parameters.Add(new() { Value = masterIds.ToArray() });
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WrappedKey>> Ensure(IReadOnlyList<WrappedKey> candidates, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from ensure_personal_keys($1, $2, $3, $4, $5)");
        command.Parameters.Add(new() { Value = candidates.Select(key => key.Tenant).ToArray() });
        command.Parameters.Add(new() { Value = candidates.Select(key => key.CustomerId).ToArray() });
        command.Parameters.Add(new() { Value = candidates.Select(key => key.KeyId).ToArray() });
        command.Parameters.Add(new() { Value = candidates.Select(key => key.MasterId!).ToArray() });
        command.Parameters.Add(new() { Value = candidates.Select(key => key.Wrapped!).ToArray() });
        var found = (await Read(command, cancellation)).ToDictionary(key => (key.Tenant, key.CustomerId));
        return [.. candidates.Select(key => found[(key.Tenant, key.CustomerId)])];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WrappedKey>> Find(IReadOnlyCollection<Guid> keyIds, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from personal_keys where key_id = any ($1)");
        command.Parameters.Add(new() { Value = keyIds.ToArray() });
        return await Read(command, cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> Knows(string tenant, string customerId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from personal_keys where customer_id = $1 and tenant = $2");
        command.Parameters.Add(new() { Value = customerId });
        command.Parameters.Add(new() { Value = tenant });
        return (await Read(command, cancellation)).Count > 0;
    }

    /// <summary>Everybody who was erased, oldest first.</summary>
    public async Task<IReadOnlyList<(string Tenant, string CustomerId)>> ListErased(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from personal_keys where erased_at is not null order by erased_at, tenant, customer_id");
        return [.. (await Read(command, cancellation)).Select(key => (key.Tenant, key.CustomerId))];
    }

    /// <summary>Some of the keys that another master key has wrapped.</summary>
    public async Task<IReadOnlyList<WrappedKey>> ListWrappedByOthers(string masterId, int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from personal_keys where master_id <> $1 limit $2");
        command.Parameters.Add(new() { Value = masterId });
        command.Parameters.Add(new() { Value = most });
        return await Read(command, cancellation);
    }

    /// <summary>Puts keys in the place of the same ones, wrapped otherwise. One that was destroyed meanwhile stays so.</summary>
    public async Task<int> Replace(IReadOnlyList<(WrappedKey Old, WrappedKey New)> keys, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            update personal_keys k set master_id = n.master_id, wrapped = n.wrapped
            from unnest($1, $2, $3, $4) n(key_id, master_id, wrapped, old) where k.key_id = n.key_id and k.wrapped = n.old
            """);
        command.Parameters.Add(new() { Value = keys.Select(key => key.New.KeyId).ToArray() });
        command.Parameters.Add(new() { Value = keys.Select(key => key.New.MasterId!).ToArray() });
        command.Parameters.Add(new() { Value = keys.Select(key => key.New.Wrapped!).ToArray() });
        command.Parameters.Add(new() { Value = keys.Select(key => key.Old.Wrapped!).ToArray() });
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Strikes out the master keys that wrap nothing; whoever still wants to wrap with one of them is refused.</summary>
    /// <returns>Those that still do.</returns>
    public async Task<IReadOnlyList<string>> GiveUpMasters(string butNot, CancellationToken cancellation)
    {
        await using (var strike = database.CreateCommand("""
            delete from master_keys m
            where m.master_id <> $1 and not exists (select from personal_keys k where k.master_id = m.master_id)
                and not exists (select from shared_secrets s where s.master_id = m.master_id)
            """))
        {
            strike.Parameters.Add(new() { Value = butNot });
            await strike.ExecuteNonQueryAsync(cancellation);
        }
        await using var command = database.CreateCommand("select master_id from master_keys where master_id <> $1 order by since");
        command.Parameters.Add(new() { Value = butNot });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var left = new List<string>();
        while (await reader.ReadAsync(cancellation))
            left.Add(reader.GetString(0));
        return left;
    }

    private static async Task<List<WrappedKey>> Read(NpgsqlCommand command, CancellationToken cancellation)
    {
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var keys = new List<WrappedKey>();
            while (await reader.ReadAsync(cancellation))
            {
                keys.Add(new WrappedKey(
                    reader.GetString(0), reader.GetString(1), reader.GetGuid(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                    reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4)));
            }
            return keys;
        }
        catch (Exception away) when (away is DbException or TimeoutException or IOException)
        {
            throw new StoreUnavailableException("The keys of personal data cannot be read; nothing was written.", away);
        }
    }
}
