namespace OrleansOrders.Domain.Contracts;

/// <summary>The events of a stock item, in words. The stream is named after the SKU.</summary>
internal static class StockTexts
{
    public static IReadOnlyList<EventText> All { get; } =
    [
        EventText.Of(new StockReceived(100, Example.At), "Pieces arrived from a supplier."),
        EventText.Of(new StockReserved(Example.OrderId, Example.Pieces, Example.At), "Pieces were set aside for an order."),
        EventText.Of(
            new ReservationReleased(Example.OrderId, Example.Pieces, Example.At),
            "The pieces that were set aside for an order are free again. No reservation for that order follows."),
        EventText.Of(new StockShipped(Example.OrderId, Example.Pieces, Example.At), "The pieces that were set aside for an order left the house."),
        EventText.Of(new StockAdjusted(-3, "count", "count-2026-03", Example.At), "A count, a loss or a return changed how many pieces there are."),
    ];
}

/// <summary>The events of an order's shipment, in words.</summary>
internal static class ShipmentTexts
{
    public static IReadOnlyList<EventText> All { get; } =
    [
        EventText.Of(
            new ShipmentCreated(Example.OrderId, "booking-1", [new ItemQuantity(Example.Sku, Example.Pieces)], Example.At),
            "Transport is booked with the carrier."),
        EventText.OfOlder(
            "shipment-dispatched.v1",
            """{"tracking":"dhl/JD014600","at":"2026-03-01T12:30:15+00:00"}""",
            "The carrier took the goods. Carrier and tracking number are one text in this version."),
        EventText.Of(new ShipmentDispatched("dhl", "JD014600", Example.At), "The carrier took the goods."),
        EventText.Of(new ShipmentDelivered(Example.At), "The carrier handed the goods over."),
        EventText.Of(new ShipmentCancelled("order-cancelled", Example.At), "The booking was cancelled before the goods left."),
    ];
}
