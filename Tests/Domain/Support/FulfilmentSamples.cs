using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Support;

/// <summary>Everything began at noon, so every deadline is a minute later; a failed attempt is due again a second later.</summary>
public static class FulfilmentSamples
{
    private static readonly DateTimeOffset Noon = Samples.Noon;
    private static readonly DateTimeOffset Soon = Noon.AddSeconds(1);

    public static readonly DateTimeOffset Later = Noon.AddSeconds(2);
    public static readonly DateTimeOffset Deadline = Noon + Limits.StepDeadline;

    public static readonly StartFulfilment Start = new("o1", "c1", Samples.Pieces(("LAMP", 2)), 600, "GBP", "pm_ok", Noon);
    public static readonly FulfilmentStarted Started = new("o1", "c1", Samples.Pieces(("LAMP", 2)), 600, "GBP", "pm_ok", Noon);

    public static readonly DomainEvent[] UpToMoneyUndone = [.. At(FulfilmentStep.CapturePayment), CompensationFrom(CompensationStep.ReturnMoney)];

    public static IReadOnlyDictionary<string, DomainEvent[]> Histories { get; } = new Dictionary<string, DomainEvent[]>
    {
        ["none"] = [],
        ["reserving"] = At(FulfilmentStep.ReserveStock),
        ["authorizing"] = At(FulfilmentStep.AuthorizePayment),
        ["waiting"] = [.. At(FulfilmentStep.AuthorizePayment), new StepFailed(FulfilmentStep.AuthorizePayment, 1, "busy", "Busy.", Soon, Noon)],
        ["confirming"] = At(FulfilmentStep.ConfirmOrder),
        ["creating"] = At(FulfilmentStep.CreateShipment),
        ["capturing"] = At(FulfilmentStep.CapturePayment),
        ["undoing"] = UpToMoneyUndone,
        ["undo-waiting"] = [.. UpToMoneyUndone, new CompensationStepFailed(CompensationStep.ReturnMoney, 1, "busy", "Busy.", Soon, Noon)],
        ["undoing-last"] = [.. At(FulfilmentStep.ReserveStock), CompensationFrom(CompensationStep.CancelOrder)],
        ["parked"] = Parked(CompensationStep.ReturnMoney),
        ["parked-last"] = Parked(CompensationStep.CancelOrder),
        ["completed"] =
        [
            .. At(FulfilmentStep.CapturePayment), new StepCompleted(FulfilmentStep.CapturePayment, Noon), new FulfilmentCompleted(Noon),
        ],
        ["compensated"] =
        [
            .. At(FulfilmentStep.ReserveStock), CompensationFrom(CompensationStep.CancelOrder),
            new CompensationStepCompleted(CompensationStep.CancelOrder, false, Noon), new FulfilmentCompensated(Noon),
        ],
    };

    public static IReadOnlyDictionary<string, FulfilmentCommand> Commands { get; } = new Dictionary<string, FulfilmentCommand>
    {
        ["start"] = Start,
        ["complete"] = new CompleteStep(FulfilmentStep.AuthorizePayment, Later),
        ["complete-last"] = new CompleteStep(FulfilmentStep.CapturePayment, Later),
        ["fail"] = new FailStep(FulfilmentStep.AuthorizePayment, "busy", "Busy.", true, Later),
        ["refuse"] = new FailStep(FulfilmentStep.AuthorizePayment, "payment-declined", "Declined.", false, Later),
        ["wake-early"] = new WakeFulfilment(Noon),
        ["wake-due"] = new WakeFulfilment(Later),
        ["wake-late"] = new WakeFulfilment(Deadline),
        ["compensate"] = new Compensate("order-cancelled", "customer", Later),
        ["undone"] = new CompleteCompensationStep(CompensationStep.ReturnMoney, Later),
        ["undone-last"] = new CompleteCompensationStep(CompensationStep.CancelOrder, Later),
        ["undo-fail"] = new FailCompensationStep(CompensationStep.ReturnMoney, "busy", "Busy.", true, Later),
        ["undo-refuse"] = new FailCompensationStep(CompensationStep.ReturnMoney, "refund-failed", "Account closed.", false, Later),
        ["retry"] = new RetryFulfilment("ada", "fixed", Later),
        ["skip"] = new SkipCompensationStep("ada", "paid by hand", Later),
    };

    /// <summary>The history of a fulfilment that came to the step without trouble.</summary>
    public static DomainEvent[] At(FulfilmentStep step)
    {
        List<DomainEvent> events = [Started, new StepStarted(FulfilmentStep.ReserveStock, 1, Deadline, Noon)];
        for (var done = FulfilmentStep.ReserveStock; done < step; done++)
            events.AddRange([new StepCompleted(done, Noon), new StepStarted(done + 1, 1, Deadline, Noon)]);
        return [.. events];
    }

    private static CompensationStarted CompensationFrom(CompensationStep first) => new("payment-declined", "fulfilment", first, Noon);

    private static DomainEvent[] Parked(CompensationStep step) =>
    [
        .. At(FulfilmentStep.CapturePayment), CompensationFrom(step), new CompensationStepFailed(step, 1, "refused", "No.", null, Noon),
        new FulfilmentParked(step, "No.", "operations", Noon),
    ];
}
