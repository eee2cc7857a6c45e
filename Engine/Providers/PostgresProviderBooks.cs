using System.Runtime.CompilerServices;
using Npgsql;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Providers;

/// <summary>The simulated provider's books in a table of its own.</summary>
public sealed class PostgresProviderBooks(NpgsqlDataSource database) : IProviderBooks
{
    private const string Columns = "idempotency_key, operation, amount, target_key, code, reference";

    public async Task<ProviderRecord?> Find(string tenant, string idempotencyKey, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from provider_ledger where tenant = $1 and idempotency_key = $2");
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = idempotencyKey });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    public async Task<(ProviderRecord Record, bool First)> Perform(
        ProviderRequest request, Func<IReadOnlyList<ProviderRecord>, ProviderRecord> decide, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var known = await Lock(connection, request, cancellation);
        if (known.FirstOrDefault(record => record.IdempotencyKey == request.IdempotencyKey) is { } earlier)
        {
            await End(connection, "rollback", cancellation);
            return (earlier, false);
        }
        var record = decide(known);
        if (IsRemembered(record))
            await Write(connection, request, record, cancellation);
        else
            await End(connection, "rollback", cancellation);
        return (record, true);
    }

    public async IAsyncEnumerable<LedgerEntry> ReadAll([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            select tenant, idempotency_key, order_id, operation, amount, currency, code is null
            from provider_ledger order by tenant, order_id, recorded_at
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            yield return new LedgerEntry(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4),
                reader.GetString(5), reader.GetBoolean(6));
        }
    }

    /// <summary>A refused refund or void may be tried again under its key; a refused authorization or capture is final.</summary>
    internal static bool IsRemembered(ProviderRecord record) =>
        record.Succeeded || record.Operation is ProviderRules.Authorize or ProviderRules.Capture;

    // One transaction in two round trips: lock and read, then write and commit.
    private static async Task<List<ProviderRecord>> Lock(
        NpgsqlConnection connection, ProviderRequest request, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 7))")
        {
            Parameters = { new() { Value = request.Tenant }, new() { Value = request.OrderId } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"select {Columns} from provider_ledger where tenant = $1 and order_id = $2 order by recorded_at")
        {
            Parameters = { new() { Value = request.Tenant }, new() { Value = request.OrderId } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        var known = new List<ProviderRecord>();
        while (await reader.ReadAsync(cancellation))
            known.Add(Read(reader));
        return known;
    }

    private static async Task Write(
        NpgsqlConnection connection, ProviderRequest request, ProviderRecord record, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"insert into provider_ledger (tenant, order_id, currency, {Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        {
            Parameters =
            {
                new() { Value = request.Tenant },
                new() { Value = request.OrderId },
                new() { Value = request.Currency },
                new() { Value = record.IdempotencyKey },
                new() { Value = record.Operation },
                new() { Value = record.Amount },
                new() { Value = (object?)record.TargetKey ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new() { Value = (object?)record.Code ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new() { Value = record.Reference },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task End(NpgsqlConnection connection, string how, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(how, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static ProviderRecord Read(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetString(3),
        reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetString(5));
}
