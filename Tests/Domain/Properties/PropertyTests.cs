using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Properties;

/// <summary>Ten thousand random sequences over the six aggregates; see <see cref="Seeds"/> for repeating one.</summary>
public sealed class PropertyTests
{
    private const int Orders = 2_500;
    private const int Payments = 1_500;
    private const int Stocks = 2_000;
    private const int Shipments = 500;
    private const int Customers = 500;
    private const int Fulfilments = 1_500;
    private const int Drives = 1_500;

    [Fact]
    public void The_normal_run_has_ten_thousand_sequences() =>
        Assert.Equal(10_000, Orders + Payments + Stocks + Shipments + Customers + Fulfilments + Drives);

    [Fact]
    public void A_failure_tells_its_seed_and_what_was_sent()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Seeds.ForEach(3, (_, story) =>
        {
            story.Add(new PlaceOrder(DateTimeOffset.UnixEpoch));
            throw new ArgumentException("It broke.");
        }));
        Assert.Matches("^Seed [0-9]+ fails; repeat it with ORDERS_PROPERTY_SEED=[0-9]+[.] It broke[.]\n  PlaceOrder {.*}$", failure.Message);
    }

    [Fact]
    public void An_order_keeps_its_totals() => All<Order, OrderState, OrderCommand>(Orders, OrderSequences.Check);

    [Fact]
    public void A_payment_takes_money_once_and_returns_no_more_than_it_took() =>
        All<Payment, PaymentState, PaymentCommand>(Payments, PaymentSequences.Check);

    [Fact]
    public void Stock_has_every_piece_in_one_place() => All<Stock, StockState, StockCommand>(Stocks, StockSequences.Check);

    [Fact]
    public void A_shipment_never_leaves_and_is_cancelled() =>
        All<Shipment, ShipmentState, ShipmentCommand>(Shipments, SmallSequences.CheckShipment);

    [Fact]
    public void A_customer_is_erased_for_good() =>
        All<Customer, CustomerState, CustomerCommand>(Customers, SmallSequences.CheckCustomer);

    [Fact]
    public void A_fulfilment_always_has_a_way_on() =>
        All<Fulfilment, FulfilmentState, FulfilmentCommand>(Fulfilments, FulfilmentSequences.Check);

    [Fact]
    public void A_driven_fulfilment_ends_completed_compensated_or_parked() =>
        All<Fulfilment, FulfilmentState, FulfilmentCommand>(Drives, SagaDrive.Check);

    private static void All<TAggregate, TState, TCommand>(int runs, Action<Random, List<object>> check)
        where TAggregate : IAggregate<TState, TCommand>
        where TState : class
        where TCommand : Command
    {
        Seeds.ForEach(runs, check);
        if (!Seeds.IsReplay)
            SequenceRun<TAggregate, TState, TCommand>.ReachedEveryState();
    }
}
