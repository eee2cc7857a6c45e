using OrleansOrders.Domain;
using OrleansOrders.Engine.Notifications;

namespace OrleansOrders.Tests.Engine.Notifications;

public sealed class NotificationTextTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(1_530, "GBP", "over 15.30 GBP.")]
    [InlineData(1_530, "JPY", "over 1530 JPY.")]
    [InlineData(1_530, "KWD", "over 1.530 KWD.")]
    [InlineData(5, "GBP", "over 0.05 GBP.")]
    [InlineData(1_000_000_000_000, "GBP", "over 10000000000.00 GBP.")]
    [InlineData(7, "XXX", "over 7 minor units of XXX.")]
    public void An_amount_has_its_currencys_decimals(long total, string currency, string expected) =>
        Assert.Contains(expected, TextOf(Placed(total, currency)), StringComparison.Ordinal);

    [Fact]
    public void Every_message_names_the_order_in_subject_and_text_and_the_customer_in_the_text()
    {
        DomainEvent[] events =
        [
            Placed(100, "GBP"), new OrderShipped("dhl", "JD014", [], At), new OrderDelivered(At),
            new OrderCancelled("late", Placed(100, "GBP"), At), new PaymentRefunded("r", "ref", 50, "GBP", At),
        ];
        Assert.All(events, @event =>
        {
            var (subject, text) = NotificationText.Of(@event, "7f3k", "Zoë Brown")!.Value;
            Assert.Contains("7f3k", subject, StringComparison.Ordinal);
            Assert.Contains("7f3k", text, StringComparison.Ordinal);
            Assert.StartsWith("Hello Zoë Brown,\n\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Zoë", subject, StringComparison.Ordinal);
        });
        Assert.Equal(5, events.Select(@event => NotificationText.Of(@event, "7f3k", "Zoë Brown")!.Value.Subject).Distinct().Count());
    }

    [Fact]
    public void A_refund_names_its_own_amount_and_a_shipment_its_tracking_number()
    {
        Assert.Contains("0.50 GBP", TextOf(new PaymentRefunded("r", "ref", 50, "GBP", At)), StringComparison.Ordinal);
        Assert.Contains("with dhl, tracking number JD014", TextOf(new OrderShipped("dhl", "JD014", [], At)), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_is_told_of_a_draft_that_was_cancelled() => Assert.Null(NotificationText.Of(new OrderCancelled("never", null, At), "7f3k", "Zoë"));

    private static OrderPlaced Placed(long total, string currency) => new("7f3k", "c-17", currency, "pm_ok", null, total, [], At);

    private static string TextOf(DomainEvent @event) => NotificationText.Of(@event, "7f3k", "Zoë Brown")!.Value.Text;
}
