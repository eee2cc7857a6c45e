using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Verify;

/// <summary>Everything of one order that the money, the goods and the saga must agree on.</summary>
internal sealed class OrderCase(string tenant, string id)
{
    public string Tenant => tenant;

    public string Id => id;

    public OrderState Order { get; set; } = Domain.Order.Initial;

    public PaymentState Payment { get; set; } = Domain.Payment.Initial;

    public ShipmentState Shipment { get; set; } = Domain.Shipment.Initial;

    public FulfilmentState Saga { get; set; } = Fulfilment.Initial;

    /// <summary>The log position of the newest of its events.</summary>
    public long LastPosition { get; set; }

    /// <summary>How often a capture is recorded.</summary>
    public int Captures { get; set; }

    public PaymentAuthorized? Authorization { get; set; }

    public PaymentCaptured? Capture { get; set; }

    public List<PaymentRefunded> Refunds { get; } = [];

    /// <summary>Why the provider declined the authorization or refused the capture, by the log.</summary>
    public string? DeclineCode { get; set; }

    public string? CaptureFailureCode { get; set; }

    /// <summary>Value of returned pieces by the id of the refund that follows from it.</summary>
    public Dictionary<string, long> Returns { get; } = new(StringComparer.Ordinal);

    /// <summary>Compensation steps that a person declared as done by hand.</summary>
    public HashSet<CompensationStep> SkippedSteps { get; } = [];

    public IReadOnlyList<LedgerRow> Ledger { get; set; } = [];

    /// <summary>False when a stream of it does not fold; then nothing further can be said about it.</summary>
    public bool IsReadable { get; set; } = true;

    /// <summary>Whether the reactions to its newest event are known to be done.</summary>
    public bool IsReactedTo { get; set; }

    public OrderFacts? Facts => (Order as OrderState.Existing)?.Facts;

    /// <summary>Placed, paid or being paid, and not cancelled.</summary>
    public bool IsLive => Order is OrderState.Confirmed or OrderState.Shipped or OrderState.Delivered;

    public bool IsSagaAtRest =>
        Saga is FulfilmentState.NotStarted or FulfilmentState.Completed or FulfilmentState.Compensated or FulfilmentState.Parked;

    /// <summary>A person has to settle it, or has said that something of it is settled: the log does not hold all of it.</summary>
    public bool IsLeftToPeople => Saga is FulfilmentState.Parked || SkippedSteps.Count > 0;

    /// <summary>Nothing is under way for it: not in the saga, not at the provider, not in a reaction that is still to come.</summary>
    public bool IsAtRest => IsReactedTo && IsSagaAtRest && PaymentFacts?.Refunds.Any(refund => refund.Status == RefundStatus.Requested) != true;

    public PaymentFacts? PaymentFacts => Payment switch
    {
        PaymentState.Existing existing => existing.Facts,
        PaymentState.Voided voided => voided.Facts,
        _ => null,
    };

    public string Key => $"{tenant}/{id}";

    /// <summary>Notes what the states alone do not keep.</summary>
    public void See(RecordedEvent recorded, DomainEvent? @event)
    {
        LastPosition = Math.Max(LastPosition, recorded.Position);
        switch (@event)
        {
            case PaymentAuthorized authorized:
                Authorization = authorized;
                break;
            case PaymentDeclined declined:
                DeclineCode = declined.Code;
                break;
            case PaymentCaptured captured:
                Capture = captured;
                Captures++;
                break;
            case PaymentCaptureFailed failed:
                CaptureFailureCode = failed.Code;
                break;
            case PaymentRefunded refunded:
                Refunds.Add(refunded);
                break;
            case ItemReturned returned:
                Returns[Ids.Text(recorded.EventId)] = returned.Quantity * returned.UnitPrice;
                break;
            case CompensationStepCompleted { Skipped: true } skipped:
                SkippedSteps.Add(skipped.Step);
                break;
        }
    }
}

/// <summary>Looks at one order as a whole.</summary>
internal interface IOrderCheck
{
    void Check(OrderCase order);
}

/// <summary>Puts an order's streams together, which come one after the other, and shows each order to the checks.</summary>
/// <param name="waiting">Orders whose reactions are parked, and so still to come.</param>
internal sealed class OrderAssembler(
    IReadOnlyList<IOrderCheck> checks, long reactedTo, IReadOnlySet<(string Tenant, string Id)> waiting,
    Func<string, string, IEnumerable<LedgerRow>> ledger) : IStreamVisitor
{
    private OrderCase? current;

    public long Orders { get; private set; }

    public void Begin(StreamRow stream)
    {
        if (!IsOfOrder(stream))
            return;
        if (current?.Tenant != stream.Name.Tenant || current.Id != stream.Name.Id)
            Flush();
        current ??= new OrderCase(stream.Name.Tenant, stream.Name.Id);
    }

    public void See(StreamRow stream, WalkedEvent walked)
    {
        if (IsOfOrder(stream))
            current!.See(walked.Recorded, walked.Event);
    }

    public void End(StreamRow stream, object? state)
    {
        if (!IsOfOrder(stream))
            return;
        switch (state)
        {
            case OrderState order:
                current!.Order = order;
                break;
            case PaymentState payment:
                current!.Payment = payment;
                break;
            case ShipmentState shipment:
                current!.Shipment = shipment;
                break;
            case FulfilmentState saga:
                current!.Saga = saga;
                break;
            default:
                current!.IsReadable = false;
                break;
        }
    }

    /// <summary>Shows the last order as well.</summary>
    public void Flush()
    {
        if (current is not { } order)
            return;
        current = null;
        Orders++;
        order.Ledger = [.. ledger(order.Tenant, order.Id)];
        order.IsReactedTo = order.LastPosition <= reactedTo && !waiting.Contains((order.Tenant, order.Id));
        if (!order.IsReadable)
            return;
        foreach (var check in checks)
            check.Check(order);
    }

    private static bool IsOfOrder(StreamRow stream) => stream.Name.Type is "order" or "payment" or "shipment" or "fulfilment";
}
