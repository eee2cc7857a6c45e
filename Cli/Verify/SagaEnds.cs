using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Invariant 6: every placed order has one saga, which ends once: completed with the whole total captured, compensated
/// with nothing reserved, no money kept and the order cancelled, or parked with a reason and an owner; or it is on its way.
/// What a person declared as done by hand is taken as done.
/// </summary>
/// <param name="reservedFor">Pieces that open reservations hold for an order.</param>
internal sealed class SagaEnds(Func<string, string, long> reservedFor) : IOrderCheck
{
    private readonly Findings findings = new(6, "every saga ends once, and rightly");
    private long completed;
    private long compensated;
    private long parked;
    private long underWay;

    public void Check(OrderCase order)
    {
        switch (order.Saga)
        {
            case FulfilmentState.NotStarted:
                CheckUnstarted(order);
                break;
            case FulfilmentState.Completed saga:
                completed++;
                CheckFacts(order, saga.Facts);
                CheckCompleted(order, saga);
                break;
            case FulfilmentState.Compensated saga:
                compensated++;
                CheckFacts(order, saga.Facts);
                CheckCompensated(order);
                break;
            case FulfilmentState.Parked saga:
                parked++;
                CheckFacts(order, saga.Facts);
                if (string.IsNullOrWhiteSpace(saga.Cause) || string.IsNullOrWhiteSpace(saga.Owner))
                    findings.Add($"{order.Key} is parked without a reason or an owner");
                break;
            case FulfilmentState.Existing saga:
                underWay++;
                CheckFacts(order, saga.Facts);
                if (NextAction.WakeAt(saga) is null)
                    findings.Add($"{order.Key} is under way, and nothing will wake it");
                break;
        }
    }

    public async Task CheckReactions(LogSnapshot snapshot, CancellationToken cancellation) => await snapshot.Collect(
        findings, "select name, position from reaction_checkpoints where position > (select max(position) from log)",
        row => $"the reactions {row.GetString(0)} say that they are at {row.GetInt64(1)}, beyond the log's end", cancellation);

    public InvariantReport ToReport() => findings.ToReport(
        $"{completed} completed, {compensated} compensated, {parked} parked, {underWay} under way");

    private void CheckUnstarted(OrderCase order)
    {
        if (order.Order is OrderState.NotCreated)
            findings.Add($"{order.Key} has a payment or a shipment, and no order");
        else if (order.Facts!.PlacedAt is not null && order.IsReactedTo)
            findings.Add($"{order.Key} was placed, and no saga was started");
        if (order.IsLive)
            findings.Add($"{order.Key} is confirmed without a saga");
    }

    private void CheckFacts(OrderCase order, FulfilmentFacts facts)
    {
        if (order.Facts is not { } placed)
            findings.Add($"{order.Key} has a saga, and no order");
        else if (facts.Amount != placed.Total || facts.Currency != placed.Currency || facts.OrderId != order.Id
            || !facts.Lines.SequenceEqual(LineItem.PerSku(placed.Lines)))
            findings.Add($"{order.Key}: the saga is about {facts.Amount} {facts.Currency}, the order is {placed.Total} {placed.Currency}");
    }

    private void CheckCompleted(OrderCase order, FulfilmentState.Completed saga)
    {
        if (order.PaymentFacts is not { Captured: var captured } || captured != saga.Facts.Amount)
            findings.Add($"{order.Key} is completed, and {order.PaymentFacts?.Captured ?? 0} of {saga.Facts.Amount} was captured");
        if (order.Shipment is ShipmentState.NotCreated or ShipmentState.Cancelled)
            findings.Add($"{order.Key} is completed without a shipment");
        if (order.Order is OrderState.Draft or OrderState.Placed || (order.Order is OrderState.Cancelled && order.IsReactedTo))
            findings.Add($"{order.Key} is completed, and its order is {order.Order.GetType().Name.ToLowerInvariant()}");
    }

    private void CheckCompensated(OrderCase order)
    {
        if (reservedFor(order.Tenant, order.Id) is not 0 and var pieces && !order.SkippedSteps.Contains(CompensationStep.ReleaseStock))
            findings.Add($"{order.Key} is compensated, and {pieces} pieces are reserved for it");
        if (!order.SkippedSteps.Contains(CompensationStep.ReturnMoney))
        {
            if (order.PaymentFacts is { } payment && payment.Captured != payment.Refunded)
                findings.Add($"{order.Key} is compensated, and {payment.Captured - payment.Refunded} {payment.Currency} is kept");
            if (order.Payment is PaymentState.Requested or PaymentState.Authorized)
                findings.Add($"{order.Key} is compensated, and its payment is open");
        }
        if (order.Order is not OrderState.Cancelled && !order.SkippedSteps.Contains(CompensationStep.CancelOrder))
            findings.Add($"{order.Key} is compensated, and its order is not cancelled");
        if (order.Shipment is not (ShipmentState.NotCreated or ShipmentState.Cancelled)
            && !order.SkippedSteps.Contains(CompensationStep.CancelShipment))
            findings.Add($"{order.Key} is compensated, and its shipment is not cancelled");
    }
}
