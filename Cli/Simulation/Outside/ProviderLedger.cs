using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Providers;

namespace OrleansOrders.Cli.Simulation;

/// <summary>The provider's books in memory, with a copy of every line for the judge.</summary>
internal sealed class ProviderLedger : IProviderBooks
{
    private readonly InMemoryProviderBooks books = new();
    private readonly List<LedgerRow> lines = [];

    public IReadOnlyList<LedgerRow> Lines => lines;

    public Task<ProviderRecord?> Find(string tenant, string idempotencyKey, CancellationToken cancellation) =>
        books.Find(tenant, idempotencyKey, cancellation);

    public IAsyncEnumerable<LedgerEntry> ReadAll(CancellationToken cancellation) => books.ReadAll(cancellation);

    public async Task<(ProviderRecord Record, bool First)> Perform(
        ProviderRequest request, Func<IReadOnlyList<ProviderRecord>, ProviderRecord> decide, CancellationToken cancellation)
    {
        var (record, first) = await books.Perform(request, decide, cancellation);
        if (first && await books.Find(request.Tenant, request.IdempotencyKey, cancellation) is not null)
        {
            lines.Add(new LedgerRow(
                request.Tenant, request.OrderId, record.IdempotencyKey, record.Operation, record.Amount, request.Currency,
                record.TargetKey, record.Code, record.Reference));
        }
        return (record, first);
    }
}
