using System.Runtime.CompilerServices;
using Npgsql;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Providers;

/// <summary>The simulated provider's books in a table of its own. Operations that come at the same time share a transaction.</summary>
public sealed class PostgresProviderBooks : IProviderBooks
{
    private const string Columns = "idempotency_key, operation, amount, target_key, code, reference";
    private const int MostOperations = 256;

    private readonly NpgsqlDataSource database;
    private readonly Gathered<Operation, (ProviderRecord Record, bool First)> operations;

    /// <param name="database">Stays the caller's.</param>
    public PostgresProviderBooks(NpgsqlDataSource database)
    {
        this.database = database;
        operations = new(MostOperations, PerformAll);
    }

    public async Task<ProviderRecord?> Find(string tenant, string idempotencyKey, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from provider_ledger where tenant = $1 and idempotency_key = $2");
        command.Parameters.Add(new() { Value = tenant });
        command.Parameters.Add(new() { Value = idempotencyKey });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    public Task<(ProviderRecord Record, bool First)> Perform(
        ProviderRequest request, Func<IReadOnlyList<ProviderRecord>, ProviderRecord> decide, CancellationToken cancellation) =>
        operations.Ask(new Operation(request, decide), cancellation);

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

    private async Task<IReadOnlyList<(ProviderRecord Record, bool First)>> PerformAll(IReadOnlyList<Operation> asked)
    {
        await using var connection = await database.OpenConnectionAsync();
        var books = await Lock(connection, asked);
        var (replies, added) = (new List<(ProviderRecord, bool)>(asked.Count), new List<(ProviderRequest, ProviderRecord)>());
        foreach (var (request, decide) in asked)
        {
            var known = books[(request.Tenant, request.OrderId)];
            var earlier = known.Find(record => record.IdempotencyKey == request.IdempotencyKey);
            var record = earlier ?? decide(known);
            replies.Add((record, earlier is null));
            if (earlier is not null || !IsRemembered(record))
                continue;
            known.Add(record);
            added.Add((request, record));
        }
        await (added.Count > 0 ? Write(connection, added) : Rollback(connection));
        return replies;
    }

    // One transaction in two round trips: lock and read, then write and commit. Locked in order, so that two never wait for each other.
    private static async Task<Dictionary<(string Tenant, string OrderId), List<ProviderRecord>>> Lock(
        NpgsqlConnection connection, IReadOnlyList<Operation> asked)
    {
        var orders = asked.Select(one => (one.Request.Tenant, one.Request.OrderId)).Distinct().ToList();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            select pg_advisory_xact_lock(key) from (
                select distinct hashtextextended(tenant || '/' || order_id, 7) as key
                from unnest($1::text[], $2::text[]) asked(tenant, order_id) order by key offset 0) keys
            """)
        {
            Parameters = { Texts(orders, order => order.Tenant), Texts(orders, order => order.OrderId) },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"""
            select tenant, order_id, {Columns} from provider_ledger
            join unnest($1::text[], $2::text[]) asked(tenant, order_id) using (tenant, order_id) order by recorded_at
            """)
        {
            Parameters = { Texts(orders, order => order.Tenant), Texts(orders, order => order.OrderId) },
        });
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        var books = orders.ToDictionary(order => order, _ => new List<ProviderRecord>());
        while (await reader.ReadAsync())
            books[(reader.GetString(0), reader.GetString(1))].Add(Read(reader, 2));
        return books;
    }

    private static async Task Write(NpgsqlConnection connection, List<(ProviderRequest Request, ProviderRecord Record)> added)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            $"""
            insert into provider_ledger (tenant, order_id, currency, {Columns})
            select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[])
            """)
        {
            Parameters =
            {
                Texts(added, one => one.Request.Tenant),
                Texts(added, one => one.Request.OrderId),
                Texts(added, one => one.Request.Currency),
                Texts(added, one => one.Record.IdempotencyKey),
                Texts(added, one => one.Record.Operation),
                new NpgsqlParameter<long[]> { TypedValue = [.. added.Select(one => one.Record.Amount)] },
                Texts(added, one => one.Record.TargetKey),
                Texts(added, one => one.Record.Code),
                Texts(added, one => one.Record.Reference),
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter<string?[]> Texts<T>(List<T> rows, Func<T, string?> value) => new() { TypedValue = [.. rows.Select(value)] };

    private static async Task Rollback(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("rollback", connection);
        await command.ExecuteNonQueryAsync();
    }

    private static ProviderRecord Read(NpgsqlDataReader reader, int first = 0) => new(
        reader.GetString(first), reader.GetString(first + 1), reader.GetInt64(first + 2), OrNull(reader, first + 3), OrNull(reader, first + 4),
        reader.GetString(first + 5));

    private static string? OrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private sealed record Operation(ProviderRequest Request, Func<IReadOnlyList<ProviderRecord>, ProviderRecord> Decide);
}
