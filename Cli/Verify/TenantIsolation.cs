namespace OrleansOrders.Cli.Verify;

/// <summary>Invariant 9: no row of one tenant refers to another's.</summary>
internal sealed class TenantIsolation
{
    // Each query finds rows that point to something that is there only for somebody else.
    private static readonly (string Table, string Sql)[] Queries =
    [
        ("events", """
            select e.tenant, e.stream_id, s.tenant from events e join streams s on s.stream_key = e.stream_key where s.tenant <> e.tenant
            """),
        ("events", """
            select e.tenant, e.stream_id, c.tenant from events e
            join events c on c.event_id::text = e.metadata ->> 'causationId' and c.tenant <> e.tenant
            """),
        ("commands", Foreign("commands", "stream_id", "version > 0")),
        ("snapshots", Foreign("snapshots", "stream_id")),
        ("provider_ledger", Foreign("provider_ledger", "'payment-' || r.order_id")),
        ("order_details", Foreign("order_details", "'order-' || r.order_id")),
        ("customer_orders", Foreign("customer_orders", "'order-' || r.order_id")),
        ("order_search", Foreign("order_search", "'order-' || r.order_id")),
        ("fulfilment_board", Foreign("fulfilment_board", "'fulfilment-' || r.order_id")),
        ("stock_levels", Foreign("stock_levels", "'stock-' || r.sku")),
        ("sales", """
            select distinct r.tenant, r.day::text, 'nobody' from sales r where not exists (select from streams s where s.tenant = r.tenant)
            """),
    ];

    private readonly Findings findings = new(9, "no row refers to another tenant's");
    private long tenants;

    public async Task Check(LogSnapshot snapshot, CancellationToken cancellation)
    {
        tenants = await snapshot.Single<long>("select count(distinct tenant) from streams", cancellation);
        foreach (var (table, sql) in Queries)
        {
            await snapshot.Collect(
                findings, sql, row => $"{table}: {row.GetString(0)}/{row.GetString(1)} is {row.GetString(2)}'s", cancellation);
        }
    }

    public InvariantReport ToReport() => findings.ToReport($"{tenants} tenants");

    private static string Foreign(string table, string streamId, string condition = "true") => $"""
        select r.tenant, o.stream_id, coalesce((select min(x.tenant) from streams x where x.stream_id = o.stream_id), 'nobody')
        from {table} r cross join lateral (select {(streamId.Contains('.') ? streamId : $"r.{streamId}")} as stream_id) o
        where {condition} and not exists (select from streams s where s.tenant = r.tenant and s.stream_id = o.stream_id)
        """;
}
