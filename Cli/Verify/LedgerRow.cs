using Npgsql;

namespace OrleansOrders.Cli.Verify;

/// <summary>A line in the simulated provider's books.</summary>
/// <param name="Code">Why it was refused; null when it succeeded.</param>
internal sealed record LedgerRow(
    string Tenant, string OrderId, string Key, string Operation, long Amount, string Currency, string? TargetKey, string? Code,
    string Reference)
{
    private const string Columns = "l.tenant, l.order_id, l.idempotency_key, l.operation, l.amount, l.currency, l.target_key, l.code, l.reference";

    /// <summary>The lines of these orders.</summary>
    public const string OfOrders = $"""
        select {Columns} from unnest($1::text[], $2::text[]) o(tenant, order_id)
        join provider_ledger l on l.tenant = o.tenant and l.order_id = o.order_id order by l.recorded_at
        """;

    /// <summary>Lines of orders that have no payment at all.</summary>
    public const string WithoutPayment = $"""
        select {Columns} from provider_ledger l
        where not exists (select from streams s where s.tenant = l.tenant and s.stream_id = 'payment-' || l.order_id)
        """;

    public static LedgerRow Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetString(5),
        row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7), row.GetString(8));

    /// <summary>The lines of a batch of streams, by tenant and order.</summary>
    public static async Task<ILookup<(string Tenant, string OrderId), LedgerRow>> ReadBatch(
        LogSnapshot snapshot, IReadOnlyList<StreamRow> streams, CancellationToken cancellation)
    {
        var orders = streams.Where(stream => stream.Name.Type == "payment").Select(stream => stream.Name).Distinct().ToList();
        var rows = new List<LedgerRow>();
        await foreach (var row in snapshot.Read(
            OfOrders, cancellation, orders.Select(name => name.Tenant).ToArray(), orders.Select(name => name.Id).ToArray()))
            rows.Add(Read(row));
        return rows.ToLookup(row => (row.Tenant, row.OrderId));
    }
}
