using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using OrleansOrders.Tests.Golden;

namespace OrleansOrders.Tests.Domain;

/// <summary>Every event on every state: it leads to a state that is named here, or it is impossible and says so.</summary>
public sealed class EvolveTests
{
    public static TheoryData<string, string> Orders => Cases(OrderSamples.Histories, new()
    {
        ["none"] = "order-created.v1 order-created.v1.bare",
        ["empty"] = "order-item-added.v1 order-item-added.v1.bare order-cancelled.v1 order-cancelled.v1.bare",
        ["draft"] = "order-item-added.v1 order-item-added.v1.bare order-placed.v1 order-placed.v1.bare order-cancelled.v1 order-cancelled.v1.bare",
        ["placed"] = "order-confirmed.v1 order-cancelled.v1 order-cancelled.v1.bare",
        ["confirmed"] = "order-shipped.v1 order-cancelled.v1 order-cancelled.v1.bare",
        ["shipped"] = "order-delivered.v1",
    });

    private const string Asking =
        "payment-refund-requested.v1 payment-refund-requested.v1.by payment-refund-proposed.v1 payment-outcome-unknown.v1";

    public static TheoryData<string, string> Payments => Cases(PaymentSamples.Histories, new()
    {
        ["none"] = "payment-requested.v1 payment-voided.v1",
        ["requested"] = "payment-authorized.v1 payment-declined.v1 payment-outcome-unknown.v1 payment-voided.v1",
        ["unclear"] = "payment-authorized.v1 payment-declined.v1 payment-outcome-unknown.v1 payment-voided.v1",
        ["authorized"] = "payment-captured.v1 payment-capture-failed.v1 payment-outcome-unknown.v1 payment-voided.v1",
        ["capture-unclear"] = "payment-captured.v1 payment-capture-failed.v1 payment-outcome-unknown.v1 payment-voided.v1",
        ["capture-failed"] = "payment-captured.v1 payment-capture-failed.v1 payment-outcome-unknown.v1 payment-voided.v1",
        ["captured"] = Asking,
        ["refunding"] = Asking,
        ["refund-unclear"] = Asking,
        ["refunded"] = Asking,
        ["refund-failed"] = Asking,
        ["proposed"] = Asking,
        ["rejected"] = Asking,
        ["withdrawn"] = Asking,
    });

    public static TheoryData<string, string> Stocks => Cases(StockSamples.Histories, StockSamples.Histories.ToDictionary(
        history => history.Key, _ => "stock-received.v1 stock-reserved.v1 stock-adjusted.v1"));

    public static TheoryData<string, string> Shipments => Cases(ShipmentSamples.Histories, new()
    {
        ["none"] = "shipment-created.v1 shipment-cancelled.v1",
        ["created"] = "shipment-dispatched.v1 shipment-dispatched.v1.bare shipment-dispatched.v2 shipment-cancelled.v1",
        ["dispatched"] = "shipment-delivered.v1",
    });

    public static TheoryData<string, string> Customers => Cases(CustomerSamples.Histories, new()
    {
        ["none"] = "customer-erased.v1.guest customer-registered.v1 customer-registered.v1.bare",
        ["registered"] = "customer-details-changed.v1 customer-erased.v1 customer-erased.v1.guest",
        ["moved"] = "customer-details-changed.v1 customer-erased.v1 customer-erased.v1.guest",
    });

    public static TheoryData<string, string> Fulfilments => Cases(FulfilmentSamples.Histories, new()
    {
        ["none"] = "fulfilment-started.v1",
        ["reserving"] = "fulfilment-step-completed.v1 fulfilment-step-started.v1 fulfilment-compensation-started.v1",
        ["authorizing"] = "fulfilment-compensation-started.v1",
        ["waiting"] = "fulfilment-resumed.v1 fulfilment-compensation-started.v1",
        ["confirming"] = "fulfilment-compensation-started.v1",
        ["creating"] = "fulfilment-compensation-started.v1",
        ["capturing"] = "fulfilment-completed.v1 fulfilment-compensation-started.v1",
        ["undoing"] = "fulfilment-compensation-step-completed.v1 fulfilment-parked.v1",
        ["undo-waiting"] = "fulfilment-compensation-step-completed.v1 fulfilment-parked.v1 fulfilment-resumed.v1",
        ["undoing-last"] = "fulfilment-compensated.v1",
        ["parked"] = "fulfilment-resumed.v1",
        ["parked-last"] = "fulfilment-resumed.v1",
        ["completed"] = "fulfilment-compensation-started.v1",
    });

    [Theory, MemberData(nameof(Orders))]
    public void An_order_takes_only_what_can_follow(string state, string possible) =>
        TakesOnly<Order, OrderState, OrderCommand>(OrderSamples.Histories[state], possible);

    [Theory, MemberData(nameof(Payments))]
    public void A_payment_takes_only_what_can_follow(string state, string possible) =>
        TakesOnly<Payment, PaymentState, PaymentCommand>(PaymentSamples.Histories[state], possible);

    [Theory, MemberData(nameof(Stocks))]
    public void Stock_takes_only_what_can_follow(string state, string possible) =>
        TakesOnly<Stock, StockState, StockCommand>(StockSamples.Histories[state], possible);

    [Theory, MemberData(nameof(Shipments))]
    public void A_shipment_takes_only_what_can_follow(string state, string possible) =>
        TakesOnly<Shipment, ShipmentState, ShipmentCommand>(ShipmentSamples.Histories[state], possible);

    [Theory, MemberData(nameof(Customers))]
    public void A_customer_takes_only_what_can_follow(string state, string possible) =>
        TakesOnly<Customer, CustomerState, CustomerCommand>(CustomerSamples.Histories[state], possible);

    [Theory, MemberData(nameof(Fulfilments))]
    public void A_fulfilment_takes_only_what_can_follow(string state, string possible) =>
        TakesOnly<Fulfilment, FulfilmentState, FulfilmentCommand>(FulfilmentSamples.Histories[state], possible);

    private static TheoryData<string, string> Cases(
        IReadOnlyDictionary<string, DomainEvent[]> histories, Dictionary<string, string> possible)
    {
        var cases = new TheoryData<string, string>();
        foreach (var state in histories.Keys)
            cases.Add(state, possible.GetValueOrDefault(state, ""));
        return cases;
    }

    private static void TakesOnly<TAggregate, TState, TCommand>(DomainEvent[] history, string possible)
        where TAggregate : IAggregate<TState, TCommand>
        where TState : class
        where TCommand : Command
    {
        var state = history.Aggregate(TAggregate.Initial, TAggregate.Evolve);
        var taken = new List<string>();
        foreach (var (golden, @event) in GoldenEvents.Expected)
        {
            try
            {
                TAggregate.Evolve(state, @event);
                taken.Add(golden);
            }
            catch (ImpossibleEventException impossible)
            {
                Assert.Equal($"{@event.GetType().Name} cannot follow {state.GetType().Name}.", impossible.Message);
            }
        }
        Assert.Equal(possible.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), taken.Order(StringComparer.Ordinal));
    }
}
