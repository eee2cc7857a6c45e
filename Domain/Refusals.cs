namespace OrleansOrders.Domain;

/// <summary>The codes of every refusal of the rules. Stable: clients branch on them.</summary>
public static class Refusals
{
    public const string OrderNotFound = "order-not-found";
    public const string OrderExists = "order-exists";
    public const string OrderNotDraft = "order-not-draft";
    public const string OrderEmpty = "order-empty";
    public const string OrderTooLarge = "order-too-large";
    public const string OrderCancelled = "order-cancelled";
    public const string OrderNotPlaced = "order-not-placed";
    public const string OrderNotConfirmed = "order-not-confirmed";
    public const string OrderNotShipped = "order-not-shipped";
    public const string OrderAlreadyShipped = "order-already-shipped";
    public const string ItemNotFound = "item-not-found";
    public const string ReturnExceedsDelivered = "return-exceeds-delivered";
    public const string AmountOverflow = "amount-overflow";
    public const string QuantityInvalid = "quantity-invalid";
    public const string PriceInvalid = "price-invalid";
    public const string CurrencyUnknown = "currency-unknown";
    public const string PaymentNotFound = "payment-not-found";
    public const string PaymentDeclined = "payment-declined";
    public const string PaymentVoided = "payment-voided";
    public const string PaymentMismatch = "payment-mismatch";
    public const string PaymentNotAuthorized = "payment-not-authorized";
    public const string PaymentCaptured = "payment-captured";
    public const string PaymentNotCaptured = "payment-not-captured";
    public const string RefundExceedsCaptured = "refund-exceeds-captured";
    public const string RefundNotFound = "refund-not-found";
    public const string RefundFailed = "refund-failed";
    public const string RefundNotProposed = "refund-not-proposed";
    public const string RefundNeedsAnother = "refund-needs-another-person";
    public const string RefundOfAnother = "refund-of-another-person";
    public const string RefundExpired = "refund-expired";
    public const string TooManyRefunds = "too-many-refunds";
    public const string OutOfStock = "out-of-stock";
    public const string StockWouldBeNegative = "stock-would-be-negative";
    public const string ReservationNotFound = "reservation-not-found";
    public const string ReservationClosed = "reservation-closed";
    public const string ReservationMismatch = "reservation-mismatch";
    public const string ShipmentNotFound = "shipment-not-found";
    public const string ShipmentCancelled = "shipment-cancelled";
    public const string ShipmentNotDispatched = "shipment-not-dispatched";
    public const string ShipmentAlreadyDispatched = "shipment-already-dispatched";
    public const string CustomerNotFound = "customer-not-found";
    public const string CustomerErased = "customer-erased";
    public const string FulfilmentNotFound = "fulfilment-not-found";
    public const string FulfilmentNotAtStep = "fulfilment-not-at-step";
    public const string FulfilmentEnded = "fulfilment-ended";
    public const string FulfilmentNotParked = "fulfilment-not-parked";
    public const string FulfilmentParked = "fulfilment-parked";
    public const string CommandUnknown = "command-unknown";
}
