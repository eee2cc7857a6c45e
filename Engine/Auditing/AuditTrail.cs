using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Auditing;

/// <summary>The audit on PostgreSQL. Any number of processes write the one chain.</summary>
public sealed class AuditTrail : IAuditTrail, IAsyncDisposable
{
    // Nothing that waits here is a command of a customer's; but nobody waits for ever either.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource database;
    private readonly DenialBook denials;

    /// <param name="database">Of a database that <see cref="EngineSchema.Migrations"/> was applied to. Stays the caller's, who disposes it afterwards.</param>
    public AuditTrail(NpgsqlDataSource database, TimeProvider time)
    {
        this.database = database;
        denials = new DenialBook(Append, time);
    }

    public Task<long> Begin(AuditedAction action, CancellationToken cancellation) =>
        Append([new AuditEntry(0, AuditEntry.Intended, Shortened(action), null, 1, null, default)], cancellation);

    public Task End(long intent, AuditedAction action, string outcome, CancellationToken cancellation) =>
        Append([new AuditEntry(0, AuditEntry.Ended, Shortened(action), Shortened(outcome), 1, intent, default)], cancellation);

    public void Deny(AuditedAction action, string code) => denials.Add(Shortened(action), code);

    public async Task<IReadOnlyList<AuditEntry>> List(AuditQuery query, long? before, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select {AuditTable.Columns} from audit
            where ($1 is null or tenant = $1) and ($2 is null or actor = $2) and ($3 is null or action = $3) and number < $4
            order by number desc limit $5
            """);
        foreach (var text in (string?[])[query.Tenant, query.Actor, query.Action])
            command.Parameters.Add(new() { Value = text ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = before ?? long.MaxValue });
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var entries = new List<AuditEntry>();
        while (await reader.ReadAsync(cancellation))
            entries.Add(AuditTable.Read(reader).Entry);
        return entries;
    }

    /// <summary>Writes down the denials that wait now.</summary>
    public Task Flush() => denials.Flush();

    /// <summary>Writes down the denials that still wait, and takes no more.</summary>
    public ValueTask DisposeAsync() => denials.DisposeAsync();

    private async Task<long> Append(IReadOnlyCollection<AuditEntry> entries, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            await using var connection = await database.OpenConnectionAsync(limit.Token);
            await using var transaction = await connection.BeginTransactionAsync(limit.Token);
            var number = await AuditTable.Append(connection, entries, limit.Token);
            await transaction.CommitAsync(limit.Token);
            return number;
        }
        catch (Exception failure) when (failure is DbException or TimeoutException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new UnavailableException("The audit cannot be written, and nothing is done that is not on record.", failure);
        }
    }

    private static AuditedAction Shortened(AuditedAction action) => action with
    {
        Actor = Shortened(action.Actor),
        Target = Shortened(action.Target),
        Reason = action.Reason is null ? null : Shortened(action.Reason),
        Source = action.Source is null ? null : Shortened(action.Source),
    };

    // Callers write some of it; a line stays a line. PostgreSQL's texts hold no zero byte.
    private static string Shortened(string text) =>
        (text.Length <= Domain.Limits.TextLength ? text : text[..Domain.Limits.TextLength]).Replace('\0', ' ');
}
