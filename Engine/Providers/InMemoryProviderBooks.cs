using System.Runtime.CompilerServices;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Providers;

/// <summary>The simulated provider's books in memory, for tests and simulation: the same rules, nothing kept.</summary>
public sealed class InMemoryProviderBooks : IProviderBooks
{
    private readonly Lock gate = new();
    private readonly List<(ProviderRequest Request, ProviderRecord Record)> books = [];

    public Task<ProviderRecord?> Find(string tenant, string idempotencyKey, CancellationToken cancellation)
    {
        lock (gate)
            return Task.FromResult<ProviderRecord?>(books.FirstOrDefault(entry => Matches(entry, tenant, idempotencyKey)).Record);
    }

    public Task<(ProviderRecord Record, bool First)> Perform(
        ProviderRequest request, Func<IReadOnlyList<ProviderRecord>, ProviderRecord> decide, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (books.FirstOrDefault(entry => Matches(entry, request.Tenant, request.IdempotencyKey)).Record is { } earlier)
                return Task.FromResult((earlier, false));
            var ofOrder = books.Where(entry => entry.Request.Tenant == request.Tenant && entry.Request.OrderId == request.OrderId);
            var record = decide([.. ofOrder.Select(entry => entry.Record)]);
            if (PostgresProviderBooks.IsRemembered(record))
                books.Add((request, record));
            return Task.FromResult((record, true));
        }
    }

    public async IAsyncEnumerable<LedgerEntry> ReadAll([EnumeratorCancellation] CancellationToken cancellation)
    {
        (ProviderRequest Request, ProviderRecord Record)[] copy;
        lock (gate)
            copy = [.. books];
        await Task.CompletedTask;
        foreach (var (request, record) in copy)
        {
            yield return new LedgerEntry(
                request.Tenant, record.IdempotencyKey, request.OrderId, record.Operation, record.Amount, request.Currency, record.Succeeded);
        }
    }

    private static bool Matches((ProviderRequest Request, ProviderRecord Record) entry, string tenant, string key) =>
        entry.Request.Tenant == tenant && entry.Record.IdempotencyKey == key;
}
