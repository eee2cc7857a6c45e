using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain;

/// <summary>Every code that the rules can answer with, and how it comes about.</summary>
public sealed class RefusalTests
{
    private static readonly DateTimeOffset Noon = Samples.Noon;
    private static readonly OrderState FullOrder = State<Order, OrderState, OrderCommand>(
        [OrderSamples.Created, .. Enumerable.Range(0, Limits.LinesPerOrder).Select(i => new ItemAdded($"S{i}", 1, 1, null, Noon))]);

    private static readonly PaymentState RefundedOften = State<Payment, PaymentState, PaymentCommand>(
    [
        .. PaymentSamples.UpToCaptured,
        .. Enumerable.Range(0, Limits.RefundsPerPayment).Select(i => new RefundRequested($"x{i}", 1, "broken", Noon)),
    ]);

    private static readonly Dictionary<string, Decision> Decisions = new()
    {
        [Refusals.OrderNotFound] = OnOrder("none", "place"),
        [Refusals.OrderExists] = OnOrder("draft", "create"),
        [Refusals.OrderNotDraft] = OnOrder("placed", "add"),
        [Refusals.OrderEmpty] = OnOrder("empty", "place"),
        [Refusals.OrderTooLarge] = Order.Decide(FullOrder, new AddItems(Samples.Lines(("MUG", 1, 1)), Noon)),
        [Refusals.OrderCancelled] = OnOrder("cancelled", "ship"),
        [Refusals.OrderNotPlaced] = OnOrder("draft", "confirm"),
        [Refusals.OrderNotConfirmed] = OnOrder("placed", "ship"),
        [Refusals.OrderNotShipped] = OnOrder("confirmed", "deliver"),
        [Refusals.OrderAlreadyShipped] = OnOrder("shipped", "cancel"),
        [Refusals.ItemNotFound] = OnOrder("empty", "remove"),
        [Refusals.ReturnExceedsDelivered] = OnOrder("returned", "return"),
        [Refusals.AmountOverflow] = Order.Decide(
            Order.Initial, OrderSamples.Create with { Lines = Samples.Lines(("GOLD", Limits.Quantity, Limits.UnitPrice)) }),
        [Refusals.QuantityInvalid] = Order.Decide(Order.Initial, OrderSamples.Create with { Lines = Samples.Lines(("LAMP", 0, 1)) }),
        [Refusals.PriceInvalid] = Order.Decide(Order.Initial, OrderSamples.Create with { Lines = Samples.Lines(("LAMP", 1, 0)) }),
        [Refusals.CurrencyUnknown] = Order.Decide(Order.Initial, OrderSamples.Create with { Currency = "GBX" }),
        [Refusals.PaymentNotFound] = OnPayment("none", "captured"),
        [Refusals.PaymentDeclined] = OnPayment("declined", "authorized"),
        [Refusals.PaymentVoided] = OnPayment("voided", "request"),
        [Refusals.PaymentMismatch] = OnPayment("requested", "request-more"),
        [Refusals.PaymentNotAuthorized] = OnPayment("requested", "captured"),
        [Refusals.PaymentCaptured] = OnPayment("captured", "void"),
        [Refusals.PaymentNotCaptured] = OnPayment("authorized", "refund"),
        [Refusals.RefundExceedsCaptured] = Payment.Decide(
            Given(PaymentSamples.Histories["captured"]), new RequestRefund("r1", 601, "broken", Noon)),
        [Refusals.RefundNotFound] = OnPayment("captured", "refund-paid"),
        [Refusals.RefundFailed] = OnPayment("refund-failed", "refund-paid"),
        [Refusals.RefundNotProposed] = OnPayment("refunding", "approve"),
        [Refusals.RefundNeedsAnother] = Payment.Decide(
            Given(PaymentSamples.Histories["proposed"]), new ApproveRefund("r1", Noon) { By = "ada" }),
        [Refusals.RefundOfAnother] = Payment.Decide(
            Given(PaymentSamples.Histories["proposed"]), new WithdrawRefund("r1", Noon) { By = "grace" }),
        [Refusals.RefundExpired] = Payment.Decide(
            Given(PaymentSamples.Histories["proposed"]), new ApproveRefund("r1", Noon + Limits.RefundProposal) { By = "grace" }),
        [Refusals.TooManyRefunds] = Payment.Decide(RefundedOften, new RequestRefund("r1", 1, "broken", Noon)),
        [Refusals.OutOfStock] = OnStock("none", "reserve"),
        [Refusals.StockWouldBeNegative] = OnStock("none", "count"),
        [Refusals.ReservationNotFound] = OnStock("received", "ship"),
        [Refusals.ReservationClosed] = OnStock("released", "reserve"),
        [Refusals.ReservationMismatch] = OnStock("reserved", "reserve-less"),
        [Refusals.ShipmentNotFound] = OnShipment("none", "deliver"),
        [Refusals.ShipmentCancelled] = OnShipment("marked", "create"),
        [Refusals.ShipmentNotDispatched] = OnShipment("created", "deliver"),
        [Refusals.ShipmentAlreadyDispatched] = OnShipment("dispatched", "cancel"),
        [Refusals.CustomerNotFound] = OnCustomer("none", "erase"),
        [Refusals.CustomerErased] = OnCustomer("erased", "put"),
        [Refusals.FulfilmentNotFound] = OnFulfilment("none", "retry"),
        [Refusals.FulfilmentNotAtStep] = OnFulfilment("reserving", "complete"),
        [Refusals.FulfilmentEnded] = OnFulfilment("completed", "fail"),
        [Refusals.FulfilmentNotParked] = OnFulfilment("undoing", "skip"),
        [Refusals.FulfilmentParked] = OnFulfilment("parked", "undone"),
        [Refusals.CommandUnknown] = Order.Decide(Given("draft"), new Admire(Noon)),
    };

    private static readonly string[] Declared = [.. typeof(Refusals).GetFields().Select(code => (string)code.GetRawConstantValue()!)];

    public static TheoryData<string> Codes => [.. Declared];

    [Theory, MemberData(nameof(Codes))]
    public void Every_code_comes_about_and_says_why(string code)
    {
        var refused = Assert.IsType<Decision.Rejected>(Decisions[code]);
        Assert.Equal(code, refused.Code);
        Assert.Matches("^[A-Z0-9].*\\.$", refused.Detail);
    }

    [Fact]
    public void Codes_are_kebab_case_and_distinct()
    {
        Assert.All(Declared, code => Assert.Matches("^[a-z]+(-[a-z]+)*$", code));
        Assert.Distinct(Declared);
    }

    [Fact]
    public void A_command_that_an_aggregate_does_not_know_is_refused()
    {
        var shipment = State<Shipment, ShipmentState, ShipmentCommand>(ShipmentSamples.Histories["created"]);
        var customer = State<Customer, CustomerState, CustomerCommand>(CustomerSamples.Histories["registered"]);
        Decision[] answers =
        [
            Stock.Decide(Stock.Initial, new AdmireStock(Noon)), Shipment.Decide(shipment, new AdmireShipment(Noon)),
            Customer.Decide(customer, new AdmireCustomer(Noon)),
        ];
        Assert.All(answers, answer => Assert.Equal(Refusals.CommandUnknown, Assert.IsType<Decision.Rejected>(answer).Code));
    }

    private sealed record Admire(DateTimeOffset At) : OrderCommand(At);

    private sealed record AdmireStock(DateTimeOffset At) : StockCommand(At);

    private sealed record AdmireShipment(DateTimeOffset At) : ShipmentCommand(At);

    private sealed record AdmireCustomer(DateTimeOffset At) : CustomerCommand(At);

    private static TState State<TAggregate, TState, TCommand>(IEnumerable<DomainEvent> history)
        where TAggregate : IAggregate<TState, TCommand>
        where TState : class
        where TCommand : Command => history.Aggregate(TAggregate.Initial, TAggregate.Evolve);

    private static OrderState Given(string history) => State<Order, OrderState, OrderCommand>(OrderSamples.Histories[history]);

    private static PaymentState Given(DomainEvent[] history) => State<Payment, PaymentState, PaymentCommand>(history);

    private static Decision OnOrder(string state, string command) => Order.Decide(Given(state), OrderSamples.Commands[command]);

    private static Decision OnPayment(string state, string command) =>
        Payment.Decide(Given(PaymentSamples.Histories[state]), PaymentSamples.Commands[command]);

    private static Decision OnStock(string state, string command) =>
        Stock.Decide(State<Stock, StockState, StockCommand>(StockSamples.Histories[state]), StockSamples.Commands[command]);

    private static Decision OnShipment(string state, string command) => Shipment.Decide(
        State<Shipment, ShipmentState, ShipmentCommand>(ShipmentSamples.Histories[state]), ShipmentSamples.Commands[command]);

    private static Decision OnCustomer(string state, string command) => Customer.Decide(
        State<Customer, CustomerState, CustomerCommand>(CustomerSamples.Histories[state]), CustomerSamples.Commands[command]);

    private static Decision OnFulfilment(string state, string command) => Fulfilment.Decide(
        State<Fulfilment, FulfilmentState, FulfilmentCommand>(FulfilmentSamples.Histories[state]), FulfilmentSamples.Commands[command]);
}
