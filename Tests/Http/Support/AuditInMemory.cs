using System.Collections.Concurrent;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Tests.Http.Support;

/// <summary>An audit that ends with the test.</summary>
internal sealed class AuditInMemory : IAuditTrail
{
    private readonly ConcurrentQueue<AuditEntry> _entries = new();

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<AuditEntry> Entries => [.. _entries];

    /// <summary>It cannot be written.</summary>
    public bool IsFull { get; set; }

    public Task<long> Begin(AuditedAction action, CancellationToken cancellation) => Add(AuditEntry.Intended, action, null, null);

    public Task End(long intent, AuditedAction action, string outcome, CancellationToken cancellation) =>
        Add(AuditEntry.Ended, action, outcome, intent);

    public void Deny(AuditedAction action, string code) => Add(AuditEntry.Denied, action, code, null);

    public Task<IReadOnlyList<AuditEntry>> List(AuditQuery query, long? before, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<AuditEntry>>(
        [
            .. _entries.Reverse().Where(entry => query.Tenant is null || entry.Action.Tenant == query.Tenant)
                .Where(entry => before is null || entry.Number < before).Take(limit),
        ]);

    private Task<long> Add(string kind, AuditedAction action, string? outcome, long? intent)
    {
        if (IsFull)
            throw new UnavailableException("The audit cannot be written.");
        var number = _entries.Count + 1L;
        _entries.Enqueue(new AuditEntry(number, kind, action, outcome, 1, intent, DateTimeOffset.UnixEpoch));
        return Task.FromResult(number);
    }
}
