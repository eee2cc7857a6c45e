using System.Globalization;
using OrleansOrders.Domain;

namespace OrleansOrders.Engine.Notifications;

/// <summary>What a customer reads. Plain text; an amount has its currency's decimals.</summary>
internal static class NotificationText
{
    /// <returns>Null when the event is nothing to write about: an order that was cancelled as a draft.</returns>
    public static (string Subject, string Text)? Of(DomainEvent @event, string orderId, string name) => @event switch
    {
        OrderPlaced placed => Message(
            name, $"We have your order {orderId}",
            $"Thank you for your order {orderId} over {Amount(placed.Total, placed.Currency)}. We write again when it is on its way."),
        OrderShipped shipped => Message(
            name, $"Your order {orderId} is on its way",
            $"Your order {orderId} is on its way with {shipped.Carrier}, tracking number {shipped.TrackingNumber}."),
        OrderDelivered => Message(name, $"Your order {orderId} was delivered", $"Your order {orderId} was delivered."),
        OrderCancelled { Placed: { } placed } => Message(
            name, $"Your order {orderId} was cancelled",
            $"Your order {orderId} over {Amount(placed.Total, placed.Currency)} was cancelled. What you have paid for it is returned to you."),
        PaymentRefunded refunded => Message(
            name, $"A refund for your order {orderId}", $"We have returned {Amount(refunded.Amount, refunded.Currency)} for your order {orderId}."),
        _ => null,
    };

    private static (string, string) Message(string name, string subject, string text) => (subject, $"Hello {name},\n\n{text}\n");

    private static string Amount(long minorUnits, string currency) => Currencies.IsKnown(currency)
        ? $"{Money.ToDecimal(minorUnits, currency).ToString($"F{Currencies.Decimals(currency)}", CultureInfo.InvariantCulture)} {currency}"
        : $"{minorUnits.ToString(CultureInfo.InvariantCulture)} minor units of {currency}";
}
