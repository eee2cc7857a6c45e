using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain;

/// <summary>States as people see them.</summary>
public sealed class ViewTests
{
    private static readonly DateTimeOffset Noon = Samples.Noon;

    [Theory]
    [InlineData("draft", "draft")]
    [InlineData("placed", "placed")]
    [InlineData("confirmed", "confirmed")]
    [InlineData("shipped", "shipped")]
    [InlineData("delivered", "delivered")]
    [InlineData("cancelled", "cancelled")]
    public void An_order_has_one_of_six_statuses(string history, string status) => Assert.Equal(status, OrderOf(history).Status);

    [Fact]
    public void An_order_shows_everything_that_is_known()
    {
        var view = OrderOf("returned");
        Assert.Equal(("o1", "c1", "GBP", 600L, 9L, 90L), (view.Id, view.CustomerId, view.Currency, view.Total, view.Version, view.Position));
        Assert.Equal(
            [new OrderLineView("LAMP", 2, 250, "A lamp", 2), new OrderLineView("MUG", 1, 100, null, 1)], view.Lines.ToArray());
        Assert.Equal(("1 Mill Lane", "United Kingdom", "pm_ok"), (view.ShippingAddress, view.Country, view.PaymentMethod));
        Assert.Equal(
            (Noon, Noon, Noon, Noon, Noon, null),
            (view.CreatedAt, view.PlacedAt, view.ConfirmedAt, view.ShippedAt, view.DeliveredAt, view.CancelledAt));
        Assert.Equal(("dhl", "T1", null), (view.Carrier, view.TrackingNumber, view.CancelReason));
    }

    [Theory]
    [InlineData("requested", "requested")]
    [InlineData("authorized", "authorized")]
    [InlineData("declined", "declined")]
    [InlineData("captured", "captured")]
    [InlineData("refunded", "captured")]
    [InlineData("voided", "voided")]
    public void A_payment_has_one_of_five_statuses(string history, string status) => Assert.Equal(status, PaymentOf(history)!.Status);

    [Theory]
    [InlineData("none")]
    [InlineData("marked")]
    public void A_payment_that_was_never_requested_is_not_shown(string history) => Assert.Null(PaymentOf(history));

    [Fact]
    public void A_payment_shows_its_money()
    {
        var view = PaymentOf("refunded")!;
        Assert.Equal((600L, 600L, 500L, "GBP"), (view.Amount, view.Captured, view.Refunded, view.Currency));
        Assert.Equal([new RefundView("r1", 500, "broken", RefundStatus.Refunded)], view.Refunds.ToArray());
        Assert.Equal(("account_closed", null), (PaymentOf("refund-failed")!.Failure, PaymentOf("refund-failed")!.Unknown));
        Assert.Equal("capture", PaymentOf("capture-unclear")!.Unknown);
    }

    [Fact]
    public void A_proposed_refund_shows_who_asked_and_until_when_it_waits() => Assert.Equal(
        [new RefundView("r1", 500, "broken", RefundStatus.Proposed, "ada", null, PaymentSamples.ProposalOf500.ExpiresAt)],
        PaymentOf("proposed")!.Refunds.ToArray());

    [Fact]
    public void Stock_shows_where_its_pieces_are()
    {
        var state = StockSamples.Histories["reserved"].Aggregate(Stock.Initial, Stock.Evolve);
        Assert.Equal(new StockView("LAMP", 6, 4, 0, 10, 0, 2, 20), StockView.From("LAMP", state, 2, 20));
    }

    [Fact]
    public void A_customer_shows_details_until_erasure()
    {
        Assert.Null(CustomerOf("none"));
        Assert.Equal(
            new CustomerView("c1", "registered", "Ada", "ada@example.com", null, "2 Mill Lane", "United Kingdom", 2, 20), CustomerOf("moved"));
        Assert.Equal(new CustomerView("c1", "erased", null, null, null, null, null, 2, 20), CustomerOf("erased"));
    }

    [Fact]
    public void A_stored_row_becomes_an_envelope_with_its_event()
    {
        var bytes = EventCatalog.Encode(new OrderConfirmed(Noon));
        var envelope = EventEnvelopes.From(
            "default", "order", "o1", 5, 50, Ids.Derive("e"), "order-confirmed.v1", bytes, "{}"u8.ToArray(), Noon);
        Assert.Equal(("o1", 5L, 50L, new OrderConfirmed(Noon)), (envelope.Id, envelope.Version, envelope.Position, envelope.Event));
        Assert.Equal(bytes, envelope.Data.ToArray());
    }

    private static OrderView OrderOf(string history) => OrderView.From(
        (OrderState.Existing)OrderSamples.Histories[history].Aggregate(Order.Initial, Order.Evolve), 9, 90);

    private static PaymentView? PaymentOf(string history) =>
        PaymentView.From(PaymentSamples.Histories[history].Aggregate(Payment.Initial, Payment.Evolve), 3, 30);

    private static CustomerView? CustomerOf(string history) =>
        CustomerView.From(CustomerSamples.Histories[history].Aggregate(Customer.Initial, Customer.Evolve), 2, 20);
}
