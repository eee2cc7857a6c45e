using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Invariant 5: pieces of a SKU add up at every event, none of the sums is ever negative, what is reserved is what open
/// reservations hold, and every order has reserved or shipped just what it is made of.
/// </summary>
/// <remarks>Stock is walked before orders. What is kept in between is one number for every order that holds a reservation.</remarks>
internal sealed class StockBalance : IStreamVisitor, IOrderCheck
{
    private readonly Findings findings = new(5, "stock adds up, and reservations are orders'");
    private readonly Dictionary<(string Tenant, string OrderId), long> reservedBy = [];
    private readonly Dictionary<string, long> open = new(StringComparer.Ordinal);
    private long received;
    private long adjusted;
    private long reserved;
    private long shipped;
    private long skus;
    private long shippedByStock;
    private long shippedByOrders;
    private long shippingNow;

    /// <summary>Pieces that open reservations hold for an order; known once stock was walked, and until the order was checked.</summary>
    public long ReservedFor(string tenant, string orderId) => reservedBy.GetValueOrDefault((tenant, orderId));

    public void Begin(StreamRow stream)
    {
        open.Clear();
        (received, adjusted, reserved, shipped) = (0, 0, 0, 0);
    }

    public void See(StreamRow stream, WalkedEvent walked)
    {
        switch (walked.Event)
        {
            case StockReceived e:
                received += e.Quantity;
                break;
            case StockAdjusted e:
                adjusted += e.Quantity;
                break;
            case StockReserved e:
                reserved += e.Quantity;
                open[e.OrderId] = open.GetValueOrDefault(e.OrderId) + e.Quantity;
                break;
            case ReservationReleased e:
                Close(stream, e.OrderId, e.Quantity);
                break;
            case StockShipped e:
                shipped += e.Quantity;
                Close(stream, e.OrderId, e.Quantity);
                break;
            default:
                return;
        }
        var available = received + adjusted - shipped - reserved;
        if (available < 0 || reserved < 0)
            findings.Add($"{stream.Name} version {walked.Recorded.Version} leaves {available} available and {reserved} reserved");
    }

    public void End(StreamRow stream, object? state)
    {
        if (stream.Name.Type != Stock.StreamType)
            return;
        skus++;
        shippedByStock += shipped;
        var held = open.Values.Sum();
        if (held != reserved)
            findings.Add($"{stream.Name}: {reserved} pieces are reserved, open reservations hold {held}");
        if (state is StockState folded
            && (folded.Received, folded.Adjusted, folded.Reserved, folded.Shipped) != (received, adjusted, reserved, shipped))
            findings.Add($"{stream.Name}: its state does not have the sums of its events");
        foreach (var (orderId, pieces) in open)
        {
            var key = (stream.Name.Tenant, orderId);
            reservedBy[key] = reservedBy.GetValueOrDefault(key) + pieces;
        }
    }

    public void Check(OrderCase order)
    {
        reservedBy.Remove((order.Tenant, order.Id), out var held);
        var pieces = order.Facts?.Lines.Sum(line => line.Quantity) ?? 0;
        if (order.Order is OrderState.Shipped or OrderState.Delivered)
            _ = order.IsAtRest && !order.IsLeftToPeople ? shippedByOrders += pieces : shippingNow += pieces;
        if (held > pieces)
            findings.Add($"{order.Key}: {held} pieces are reserved for an order of {pieces}");
        else if (order.IsAtRest && order.Saga is FulfilmentState.Completed && order.Order is not OrderState.Cancelled)
        {
            var due = order.Order is OrderState.Confirmed ? pieces : 0;
            if (held != due)
                findings.Add($"{order.Key}: {held} pieces are reserved, not {due}");
        }
    }

    public InvariantReport ToReport()
    {
        foreach (var ((tenant, orderId), pieces) in reservedBy)
            findings.Add($"{tenant}/{orderId}: {pieces} pieces are reserved for an order that is not there");
        if (shippedByStock < shippedByOrders || shippedByStock > shippedByOrders + shippingNow)
            findings.Add($"{shippedByStock} pieces have left the stock, orders have shipped {shippedByOrders}");
        return findings.ToReport($"{skus} SKUs, {shippedByStock} pieces shipped, {shippingNow} being shipped");
    }

    private void Close(StreamRow stream, string orderId, long quantity)
    {
        reserved -= quantity;
        open.Remove(orderId, out var held);
        if (held != quantity)
            findings.Add($"{stream.Name}: {quantity} pieces of a reservation of {held} are closed");
    }
}
