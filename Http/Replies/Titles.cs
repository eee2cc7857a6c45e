using System.Globalization;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>One line per event, for people who follow an order. Personal data stays out.</summary>
internal static class Titles
{
    public static string Of(DomainEvent @event) => OfOrder(@event) ?? OfPayment(@event) ?? OfGoods(@event) ?? OfFulfilment(@event)
        ?? OfCustomer(@event) ?? @event.GetType().Name;

    private static string? OfOrder(DomainEvent @event) => @event switch
    {
        OrderCreated e => $"Order opened in {e.Currency}",
        ItemAdded e => $"{e.Quantity} × {e.Sku} added",
        ItemRemoved e => $"{e.Sku} removed",
        QuantityChanged e => $"{e.Sku} changed to {e.Quantity}",
        OrderPlaced e => $"Order placed: {Amount(e.Total, e.Currency)}",
        OrderConfirmed => "Order confirmed",
        OrderShipped e => $"Order shipped with {e.Carrier}, {e.TrackingNumber}",
        OrderDelivered => "Order delivered",
        OrderCancelled e => $"Order cancelled: {e.Reason}",
        ItemReturned e => $"{e.Quantity} × {e.Sku} returned: {e.Reason}",
        _ => null,
    };

    private static string? OfPayment(DomainEvent @event) => @event switch
    {
        PaymentRequested e => $"Payment of {Amount(e.Amount, e.Currency)} requested with {e.Method}",
        PaymentAuthorized => "Payment authorized",
        PaymentDeclined e => $"Payment declined: {e.Code}",
        PaymentOutcomeUnknown e => $"The payment provider did not say what became of {e.Operation}",
        PaymentCaptured e => $"{Amount(e.Amount, e.Currency)} captured",
        PaymentCaptureFailed e => $"Capture failed: {e.Code}",
        PaymentVoided => "Payment voided",
        RefundRequested e => $"Refund of {e.Amount.ToString(CultureInfo.InvariantCulture)} minor units requested: {e.Reason}",
        RefundProposed e => $"Refund of {e.Amount.ToString(CultureInfo.InvariantCulture)} minor units proposed by {e.By}: {e.Reason}",
        RefundApproved e => $"Refund approved by {e.By}",
        RefundRejected e => $"Refund refused by {e.By}: {e.Reason}",
        RefundWithdrawn e => $"Refund withdrawn by {e.By}",
        PaymentRefunded e => $"{Amount(e.Amount, e.Currency)} refunded",
        RefundFailed e => $"Refund failed: {e.Code}",
        _ => null,
    };

    private static string? OfGoods(DomainEvent @event) => @event switch
    {
        StockReceived e => $"{e.Quantity} received",
        StockReserved e => $"{e.Quantity} reserved",
        ReservationReleased { Quantity: 0 } => "Reservation closed; nothing was reserved",
        ReservationReleased e => $"{e.Quantity} released",
        StockShipped e => $"{e.Quantity} left the stock",
        StockAdjusted e => $"Stock adjusted by {e.Quantity}: {e.Reason}",
        ShipmentCreated e => $"Shipment booked: {e.Reference}",
        ShipmentDispatched e => $"Shipment dispatched with {e.Carrier}, {e.TrackingNumber}",
        ShipmentDelivered => "Shipment delivered",
        ShipmentCancelled e => $"Shipment cancelled: {e.Reason}",
        _ => null,
    };

    private static string? OfFulfilment(DomainEvent @event) => @event switch
    {
        FulfilmentStarted => "Fulfilment started",
        StepStarted { Attempt: > 1 } e => $"{Step(e.Step)}: attempt {e.Attempt}",
        StepStarted e => $"{Step(e.Step)}: started",
        StepCompleted e => $"{Step(e.Step)}: done",
        StepFailed e => $"{Step(e.Step)}: failed, {e.Code}",
        CompensationStarted e => $"Compensation started: {e.Reason}",
        CompensationStepCompleted { Skipped: true } e => $"{Step(e.Step)}: skipped by a person",
        CompensationStepCompleted e => $"{Step(e.Step)}: done",
        CompensationStepFailed e => $"{Step(e.Step)}: failed, {e.Code}",
        FulfilmentCompleted => "Fulfilment completed",
        FulfilmentCompensated => "Everything is undone",
        FulfilmentParked e => $"Fulfilment parked for {e.Owner}: {e.Reason}",
        FulfilmentResumed e => $"Fulfilment resumed by {e.By}: {e.Action}, {e.Reason}",
        _ => null,
    };

    private static string? OfCustomer(DomainEvent @event) => @event switch
    {
        CustomerRegistered => "Customer registered",
        CustomerDetailsChanged => "Customer details changed",
        CustomerErased => "Customer erased",
        _ => null,
    };

    private static string Amount(long minorUnits, string currency) => string.Create(
        CultureInfo.InvariantCulture, $"{Money.ToDecimal(minorUnits, currency).ToString($"F{Currencies.Decimals(currency)}", CultureInfo.InvariantCulture)} {currency}");

    private static string Step<TStep>(TStep step)
        where TStep : struct, Enum
    {
        var words = FulfilmentReply.NameOf(step).Replace('-', ' ');
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}
