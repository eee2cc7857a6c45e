using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Golden;

/// <summary>
/// What every golden file means today. A file is named after the stored name, with a variant after it where one shape
/// can look different: <c>order-created.v1.bare</c>. How to add one is written in README.md beside the files.
/// </summary>
public static class GoldenEvents
{
    private static readonly DateTimeOffset At = new DateTimeOffset(2026, 3, 1, 12, 30, 15, TimeSpan.Zero).AddTicks(1_234_567);
    private static readonly DateTimeOffset Next = At.AddSeconds(1);

    private static readonly OrderPlaced Placed = new(
        "7f3k", "c-17", "GBP", "pm_ok", "United Kingdom", 1_530,
        [new LineItem("85123A", 6, 255, "White hanging heart"), new LineItem("POST", 1, 1, null)], At);

    public static IReadOnlyDictionary<string, DomainEvent> Expected { get; } = new Dictionary<string, DomainEvent>
    {
        ["order-created.v1"] = new OrderCreated("7f3k", "c-17", "GBP", "pm_ok", "1 Mill Lane, Zoë's", "United Kingdom", At),
        ["order-created.v1.bare"] = new OrderCreated("7f3k", "guest", "JPY", "pm_slow", null, null, At),
        ["order-item-added.v1"] = new ItemAdded("85123A", 6, 255, "White hanging heart", At),
        ["order-item-added.v1.bare"] = new ItemAdded("POST", 1_000_000, 10_000_000_000, null, At),
        ["order-item-removed.v1"] = new ItemRemoved("85123A", At),
        ["order-quantity-changed.v1"] = new QuantityChanged("85123A", 255, 12, At),
        ["order-placed.v1"] = Placed,
        ["order-placed.v1.bare"] = Placed with { Country = null },
        ["order-confirmed.v1"] = new OrderConfirmed(At),
        ["order-shipped.v1"] = new OrderShipped("dhl", "JD014/6", Samples.Pieces(("85123A", 6), ("POST", 1)), At),
        ["order-delivered.v1"] = new OrderDelivered(At),
        ["order-cancelled.v1"] = new OrderCancelled("changed my mind", Placed, At),
        ["order-cancelled.v1.bare"] = new OrderCancelled("never placed", null, At),
        ["order-item-returned.v1"] = new ItemReturned("85123A", 2, 255, "broken", At),
        ["payment-requested.v1"] = new PaymentRequested("7f3k", 1_530, "GBP", "pm_ok", At),
        ["payment-authorized.v1"] = new PaymentAuthorized("auth-1", At),
        ["payment-declined.v1"] = new PaymentDeclined("insufficient_funds", At),
        ["payment-outcome-unknown.v1"] = new PaymentOutcomeUnknown("authorize", At),
        ["payment-captured.v1"] = new PaymentCaptured("cap-1", 1_530, "GBP", At),
        ["payment-capture-failed.v1"] = new PaymentCaptureFailed("card_blocked", At),
        ["payment-voided.v1"] = new PaymentVoided(At),
        ["payment-refund-requested.v1"] = new RefundRequested("r-1", 510, "return: broken", At),
        ["payment-refund-requested.v1.by"] = new RefundRequested("r-1", 510, "return: broken", At) { By = "ada" },
        ["payment-refund-proposed.v1"] = new RefundProposed("r-1", 510, "return: broken", "ada", At.AddDays(7), At),
        ["payment-refund-approved.v1"] = new RefundApproved("r-1", "grace", At),
        ["payment-refund-rejected.v1"] = new RefundRejected("r-1", "grace", "not broken", At),
        ["payment-refund-withdrawn.v1"] = new RefundWithdrawn("r-1", "ada", At),
        ["payment-refunded.v1"] = new PaymentRefunded("r-1", "ref-1", 510, "GBP", At),
        ["payment-refund-failed.v1"] = new RefundFailed("r-1", "account_closed", At),
        ["stock-received.v1"] = new StockReceived(100, At),
        ["stock-reserved.v1"] = new StockReserved("7f3k", 6, At),
        ["stock-reservation-released.v1"] = new ReservationReleased("7f3k", 6, At),
        ["stock-shipped.v1"] = new StockShipped("7f3k", 6, At),
        ["stock-adjusted.v1"] = new StockAdjusted(-3, "count", "count-2026-03", At),
        ["shipment-created.v1"] = new ShipmentCreated("7f3k", "booking-1", Samples.Pieces(("85123A", 6), ("POST", 1)), At),
        ["shipment-dispatched.v1"] = new ShipmentDispatched("dhl", "JD014/6", At),
        ["shipment-dispatched.v1.bare"] = new ShipmentDispatched("unknown", "JD014", At),
        ["shipment-dispatched.v2"] = new ShipmentDispatched("dhl", "JD014/6", At),
        ["shipment-delivered.v1"] = new ShipmentDelivered(At),
        ["shipment-cancelled.v1"] = new ShipmentCancelled("order-cancelled", At),
        ["customer-registered.v1"] = new CustomerRegistered(
            "c-17", new CustomerDetails("Zoë Brown", "zoe@example.com", "+44 20 7946 0000", "1 Mill Lane", "United Kingdom"), At),
        ["customer-registered.v1.bare"] = new CustomerRegistered("c-17", new CustomerDetails("Zoë Brown", null, null, null, null), At),
        ["customer-details-changed.v1"] = new CustomerDetailsChanged(
            new CustomerDetails("Zoë Brown", null, null, "2 Mill Lane", "United Kingdom"), At),
        ["customer-erased.v1"] = new CustomerErased(At),
        ["customer-erased.v1.guest"] = new CustomerErased(At) { CustomerId = "guest" },
        ["fulfilment-started.v1"] = new FulfilmentStarted("7f3k", "c-17", Samples.Pieces(("85123A", 6)), 1_530, "GBP", "pm_ok", At),
        ["fulfilment-step-started.v1"] = new StepStarted(FulfilmentStep.AuthorizePayment, 1, At.AddMinutes(1), At),
        ["fulfilment-step-completed.v1"] = new StepCompleted(FulfilmentStep.ReserveStock, At),
        ["fulfilment-step-failed.v1"] = new StepFailed(FulfilmentStep.CapturePayment, 2, "busy", "The provider is busy.", Next, At),
        ["fulfilment-step-failed.v1.bare"] = new StepFailed(FulfilmentStep.ConfirmOrder, 5, "busy", "Still busy.", null, At),
        ["fulfilment-compensation-started.v1"] = new CompensationStarted(
            "payment-declined", "fulfilment", CompensationStep.CancelShipment, At),
        ["fulfilment-compensation-step-completed.v1"] = new CompensationStepCompleted(CompensationStep.ReturnMoney, false, At),
        ["fulfilment-compensation-step-failed.v1"] = new CompensationStepFailed(
            CompensationStep.ReleaseStock, 1, "busy", "The database is busy.", Next, At),
        ["fulfilment-compensation-step-failed.v1.bare"] = new CompensationStepFailed(
            CompensationStep.CancelOrder, 5, "refund-failed", "No account.", null, At),
        ["fulfilment-completed.v1"] = new FulfilmentCompleted(At),
        ["fulfilment-compensated.v1"] = new FulfilmentCompensated(At),
        ["fulfilment-parked.v1"] = new FulfilmentParked(CompensationStep.ReturnMoney, "The refund failed.", "operations", At),
        ["fulfilment-resumed.v1"] = new FulfilmentResumed("skip", "ada", "paid by hand", At),
    };

    /// <summary>The stored name that a golden file's name begins with.</summary>
    public static string StoredNameOf(string golden) => string.Join('.', golden.Split('.').Take(2));
}
