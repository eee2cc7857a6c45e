using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Cli.Archive;

/// <summary>
/// Which orders are closed: nothing is expected to happen to them any more. The order is delivered or cancelled, its
/// fulfilment has ended, money is settled (captured or declined or given up, no refund and no answer of the provider's
/// outstanding), and no consumer waits behind one of its events. Stock and customers go on for ever.
/// </summary>
internal sealed class ClosedOrders(NpgsqlDataSource database, IAggregates aggregates)
{
    // All of an order's streams are old: a return or a late refund makes the order young again. A stream that has moved on
    // since it was archived is asked for again.
    private const string Old = """
        select o.tenant, substr(o.stream_id, 7)
        from streams o
        where o.type = 'order' and not exists (
                select from unnest(array['order-', 'payment-', 'shipment-', 'fulfilment-']) kind
                join streams s on s.stream_id = kind || substr(o.stream_id, 7) and s.tenant = o.tenant
                join events e on e.position = s.position
                where e.recorded_at >= $1)
            and exists (
                select from unnest(array['order-', 'payment-', 'shipment-', 'fulfilment-']) kind
                join streams s on s.stream_id = kind || substr(o.stream_id, 7) and s.tenant = o.tenant
                left join archived_streams x on x.stream_key = s.stream_key
                where x.version is distinct from s.version)
            and not exists (
                select from dead_letters d
                where d.tenant = o.tenant and d.state <> 'replayed' and d.stream_id = any(array[
                    o.stream_id, 'payment-' || substr(o.stream_id, 7), 'shipment-' || substr(o.stream_id, 7), 'fulfilment-' || substr(o.stream_id, 7)]))
        order by o.stream_key
        """;

    /// <summary>Old enough, and closed. They are read as one list of names, and judged one by one.</summary>
    public async IAsyncEnumerable<(string Tenant, string Id)> Find(
        DateTimeOffset before, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var (tenant, id) in await ListOld(before, cancellation))
        {
            if (await IsClosed(tenant, id, cancellation))
                yield return (tenant, id);
        }
    }

    private async Task<List<(string Tenant, string Id)>> ListOld(DateTimeOffset before, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Old);
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = before.ToUniversalTime() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var orders = new List<(string, string)>();
        while (await reader.ReadAsync(cancellation))
            orders.Add((reader.GetString(0), reader.GetString(1)));
        return orders;
    }

    private async Task<bool> IsClosed(string tenant, string id, CancellationToken cancellation)
    {
        try
        {
            return (await Load<OrderState>()).State is OrderState.Delivered or OrderState.Cancelled
                && (await Load<FulfilmentState>()).State is FulfilmentState.NotStarted or FulfilmentState.Completed or FulfilmentState.Compensated
                && IsSettled((await Load<PaymentState>()).State);
        }
        catch (UnreadableEventException)
        {
            return false; // somebody has to see to it first
        }

        Task<Loaded<TState>> Load<TState>()
            where TState : class => aggregates.Load<TState>(tenant, id, PointInTime.Latest, cancellation);
    }

    private static bool IsSettled(PaymentState payment) => payment switch
    {
        PaymentState.NotRequested or PaymentState.Declined or PaymentState.Voided => true,
        PaymentState.Captured captured => captured.Facts.Unknown is null
            && !captured.Facts.Refunds.Any(refund => refund.Status is RefundStatus.Requested or RefundStatus.Proposed),
        _ => false,
    };
}
