namespace OrleansOrders.Domain.Contracts;

/// <summary>The events of an order's fulfilment, in words.</summary>
internal static class FulfilmentTexts
{
    public static IReadOnlyList<EventText> All { get; } =
    [
        EventText.Of(
            new FulfilmentStarted(
                Example.OrderId, Example.CustomerId, [new ItemQuantity(Example.Sku, Example.Pieces)], Example.Total, Example.Currency,
                Example.Method, Example.At),
            "An order was placed, and its steps from reservation to capture begin."),
        EventText.Of(
            new StepStarted(FulfilmentStep.AuthorizePayment, 1, Example.At.AddMinutes(1), Example.At),
            "A step is being attempted, for the first time or again."),
        EventText.Of(new StepCompleted(FulfilmentStep.ReserveStock, Example.At), "A step is done."),
        EventText.Of(
            new StepFailed(FulfilmentStep.CapturePayment, 2, "busy", "The provider is busy.", Example.At.AddSeconds(1), Example.At),
            "An attempt at a step failed."),
        EventText.Of(
            new CompensationStarted("payment-declined", "fulfilment", CompensationStep.CancelShipment, Example.At),
            "The order cannot be fulfilled or was cancelled: what was done is undone, in reverse."),
        EventText.Of(
            new CompensationStepCompleted(CompensationStep.ReturnMoney, false, Example.At),
            "One thing is undone, or a person says so."),
        EventText.Of(
            new CompensationStepFailed(CompensationStep.ReleaseStock, 1, "busy", "The database is busy.", Example.At.AddSeconds(1), Example.At),
            "An attempt to undo something failed."),
        EventText.Of(new FulfilmentCompleted(Example.At), "Every step is done: reserved, confirmed, booked and paid."),
        EventText.Of(new FulfilmentCompensated(Example.At), "Everything is undone: no pieces are set aside and no money is kept."),
        EventText.Of(
            new FulfilmentParked(CompensationStep.ReturnMoney, "The refund failed.", "operations", Example.At),
            "Undoing failed for good; it waits for a person."),
        EventText.Of(new FulfilmentResumed("skip", "ada", "paid by hand", Example.At), "A person decided how it goes on."),
    ];
}
