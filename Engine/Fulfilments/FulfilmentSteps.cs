using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Fulfilments;

/// <summary>Performs a saga's steps and what undoes them. Each is idempotent: it may have been performed before.</summary>
internal sealed class FulfilmentSteps(IAggregates aggregates, PaymentProcess payments, ICarrier carrier, TimeProvider time)
{
    public Task<StepResult> Perform(FulfilmentStep step, SagaContext saga, FulfilmentFacts facts, CancellationToken cancellation) =>
        step switch
        {
            FulfilmentStep.ReserveStock => ForEachSku(
                saga, facts, "reserve", item => new ReserveStock(facts.OrderId, item.Quantity, time.GetUtcNow()), cancellation),
            FulfilmentStep.AuthorizePayment => payments.Authorize(saga, facts, cancellation),
            FulfilmentStep.ConfirmOrder => Send(saga, facts.OrderId, new ConfirmOrder(time.GetUtcNow()), "confirm", cancellation),
            FulfilmentStep.CreateShipment => CreateShipment(saga, facts, cancellation),
            _ => payments.Capture(saga, cancellation),
        };

    public Task<StepResult> Undo(
        CompensationStep step, string reason, SagaContext saga, FulfilmentFacts facts, CancellationToken cancellation) => step switch
        {
            CompensationStep.CancelShipment => CancelShipment(saga, facts, reason, cancellation),
            CompensationStep.ReturnMoney => payments.Return(saga, cancellation),
            CompensationStep.ReleaseStock => ForEachSku(
                saga, facts, "release", _ => new ReleaseReservation(facts.OrderId, time.GetUtcNow()), cancellation),
            _ => Send(saga, facts.OrderId, new CancelOrder(reason, time.GetUtcNow()), "cancel", cancellation),
        };

    /// <summary>Sends every SKU its command at once; the store's writer makes few commits of them.</summary>
    private async Task<StepResult> ForEachSku(
        SagaContext saga, FulfilmentFacts facts, string purpose, Func<ItemQuantity, StockCommand> command, CancellationToken cancellation)
    {
        var results = await Task.WhenAll(facts.Lines.Select(item =>
            Send(saga, item.Sku, command(item), $"{purpose}/{item.Sku}", cancellation)));
        return Array.Find(results, result => result is StepResult.Failed) ?? StepResult.Completed;
    }

    private async Task<StepResult> CreateShipment(SagaContext saga, FulfilmentFacts facts, CancellationToken cancellation)
    {
        var booking = await carrier.Book(saga.Tenant, facts.OrderId, cancellation);
        return await Send(
            saga, facts.OrderId, new CreateShipment(facts.OrderId, booking, facts.Lines, time.GetUtcNow()), "ship", cancellation);
    }

    // Our own record first: it refuses when the goods have left, and then the carrier must not hear of a cancellation.
    private async Task<StepResult> CancelShipment(
        SagaContext saga, FulfilmentFacts facts, string reason, CancellationToken cancellation)
    {
        var result = await Send(saga, facts.OrderId, new CancelShipment(reason, time.GetUtcNow()), "cancel-shipment", cancellation);
        if (result is StepResult.Done)
            await carrier.Cancel(saga.Tenant, facts.OrderId, cancellation);
        return result;
    }

    private async Task<StepResult> Send(
        SagaContext saga, string id, Command command, string purpose, CancellationToken cancellation) =>
        await aggregates.Execute(id, command, saga.For(purpose), cancellation) is CommandOutcome.Refused refused
            ? StepResult.Final(refused)
            : StepResult.Completed;
}
