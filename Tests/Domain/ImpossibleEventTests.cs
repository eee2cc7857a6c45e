using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using static OrleansOrders.Tests.Domain.Support.OrderSamples;

namespace OrleansOrders.Tests.Domain;

/// <summary>Events of the right kind whose contents do not fit: a damaged log stops the fold, with one kind of exception.</summary>
public sealed class ImpossibleEventTests
{
    private static readonly DateTimeOffset Noon = Samples.Noon;

    public static TheoryData<string> OrderCases => [.. Orders.Keys];

    public static TheoryData<string> PaymentCases => [.. Payments.Keys];

    public static TheoryData<string> StockCases => [.. Stocks.Keys];

    public static TheoryData<string> FulfilmentCases => [.. Fulfilments.Keys];

    private static readonly Dictionary<string, DomainEvent[]> Orders = new()
    {
        ["a line twice"] = [.. Draft, TwoLamps],
        ["a quantity of an unknown line"] = [.. Draft, new QuantityChanged("FRAME", 1, 1, Noon)],
        ["a quantity of a line at another price"] = [.. Draft, new QuantityChanged("LAMP", 251, 1, Noon)],
        ["an unknown line removed"] = [.. Draft, new ItemRemoved("FRAME", Noon)],
        ["an empty order placed"] = [Created, Placed],
        ["more returned than ordered"] = [.. UpToDelivered, new ItemReturned("LAMP", 3, 250, "broken", Noon)],
        ["returned at another price"] = [.. UpToDelivered, new ItemReturned("LAMP", 1, 251, "broken", Noon)],
        ["returned twice"] = [.. Histories["returned"], new ItemReturned("LAMP", 1, 250, "broken", Noon)],
    };

    private static readonly Dictionary<string, DomainEvent[]> Payments = new()
    {
        ["a refund requested twice"] = [.. PaymentSamples.Histories["refunding"], PaymentSamples.RefundOf500],
        ["a refund paid twice"] = [.. PaymentSamples.Histories["refunded"], new PaymentRefunded("r1", "R1", 500, "GBP", Noon)],
        ["an unknown refund paid"] = [.. PaymentSamples.UpToCaptured, new PaymentRefunded("r1", "R1", 500, "GBP", Noon)],
        ["an unknown refund failed"] = [.. PaymentSamples.UpToCaptured, new RefundFailed("r1", "account_closed", Noon)],
        ["a paid refund failed"] = [.. PaymentSamples.Histories["refunded"], new RefundFailed("r1", "account_closed", Noon)],
        ["a failed refund paid"] = [.. PaymentSamples.Histories["refund-failed"], new PaymentRefunded("r1", "R1", 500, "GBP", Noon)],
        ["a second capture"] = [.. PaymentSamples.UpToCaptured, PaymentSamples.Captured],
    };

    private static readonly Dictionary<string, DomainEvent[]> Stocks = new()
    {
        ["reserved twice"] = [.. StockSamples.Histories["reserved"], new StockReserved("o1", 4, Noon)],
        ["less released than reserved"] = [.. StockSamples.Histories["reserved"], new ReservationReleased("o1", 3, Noon)],
        ["nothing released of what is reserved"] = [.. StockSamples.Histories["reserved"], new ReservationReleased("o1", 0, Noon)],
        ["released twice"] = [.. StockSamples.Histories["released"], new ReservationReleased("o1", 0, Noon)],
        ["shipped after release"] = [.. StockSamples.Histories["released"], new StockShipped("o1", 4, Noon)],
        ["nothing shipped that was not reserved"] = [.. StockSamples.Histories["received"], new StockShipped("o1", 0, Noon)],
        ["shipped twice"] = [.. StockSamples.Histories["shipped"], new StockShipped("o1", 4, Noon)],
    };

    private static readonly Dictionary<string, DomainEvent[]> Fulfilments = new()
    {
        ["a step left out"] =
            [.. FulfilmentSamples.At(FulfilmentStep.ReserveStock), new StepStarted(FulfilmentStep.ConfirmOrder, 1, Noon, Noon)],
        ["an attempt left out"] =
            [.. FulfilmentSamples.At(FulfilmentStep.ReserveStock), new StepStarted(FulfilmentStep.ReserveStock, 3, Noon, Noon)],
        ["another step completed"] =
            [.. FulfilmentSamples.At(FulfilmentStep.ReserveStock), new StepCompleted(FulfilmentStep.CapturePayment, Noon)],
        ["another attempt failed"] =
            [.. FulfilmentSamples.At(FulfilmentStep.ReserveStock), new StepFailed(FulfilmentStep.ReserveStock, 2, "busy", "", null, Noon)],
        ["completed before the last step"] = [.. FulfilmentSamples.At(FulfilmentStep.CreateShipment), new FulfilmentCompleted(Noon)],
        ["another step undone"] =
            [.. FulfilmentSamples.UpToMoneyUndone, new CompensationStepCompleted(CompensationStep.CancelOrder, false, Noon)],
        ["compensated before the last step"] = [.. FulfilmentSamples.UpToMoneyUndone, new FulfilmentCompensated(Noon)],
        ["parked at another step"] =
            [.. FulfilmentSamples.UpToMoneyUndone, new FulfilmentParked(CompensationStep.CancelOrder, "No.", "operations", Noon)],
        ["resumed without waiting"] = [.. FulfilmentSamples.UpToMoneyUndone, new FulfilmentResumed("retry", "ada", "", Noon)],
    };

    [Theory, MemberData(nameof(OrderCases))]
    public void An_order_cannot_have(string what) => LastIsImpossible<Order, OrderState, OrderCommand>(Orders[what]);

    [Theory, MemberData(nameof(PaymentCases))]
    public void A_payment_cannot_have(string what) => LastIsImpossible<Payment, PaymentState, PaymentCommand>(Payments[what]);

    [Theory, MemberData(nameof(StockCases))]
    public void Stock_cannot_have(string what) => LastIsImpossible<Stock, StockState, StockCommand>(Stocks[what]);

    [Theory, MemberData(nameof(FulfilmentCases))]
    public void A_fulfilment_cannot_have(string what) =>
        LastIsImpossible<Fulfilment, FulfilmentState, FulfilmentCommand>(Fulfilments[what]);

    private static void LastIsImpossible<TAggregate, TState, TCommand>(DomainEvent[] history)
        where TAggregate : IAggregate<TState, TCommand>
        where TState : class
        where TCommand : Command
    {
        var before = history.SkipLast(1).Aggregate(TAggregate.Initial, TAggregate.Evolve);
        Assert.Throws<ImpossibleEventException>(() => TAggregate.Evolve(before, history[^1]));
    }
}
