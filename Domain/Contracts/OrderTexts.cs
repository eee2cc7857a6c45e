namespace OrleansOrders.Domain.Contracts;

/// <summary>The events of an order, in words.</summary>
internal static class OrderTexts
{
    public static IReadOnlyList<EventText> All { get; } =
    [
        EventText.Of(
            new OrderCreated(Example.OrderId, Example.CustomerId, Example.Currency, Example.Method, "1 Mill Lane", Example.Country, Example.At),
            "An order was opened as a draft. It has no lines yet, and nothing is promised."),
        EventText.Of(
            new ItemAdded(Example.Sku, Example.Pieces, Example.Price, Example.Name, Example.At),
            "Pieces of an item were added to a draft. A line with the same SKU and unit price grows by them."),
        EventText.Of(new ItemRemoved(Example.Sku, Example.At), "Every line of this SKU was taken off a draft."),
        EventText.Of(
            new QuantityChanged(Example.Sku, Example.Price, 12, Example.At),
            "The line of this SKU and unit price of a draft has another number of pieces now."),
        EventText.Of(
            Example.Placed,
            "The customer ordered: lines and total are final. It carries the whole order, so that no earlier event is needed."),
        EventText.Of(new OrderConfirmed(Example.At), "The goods are reserved and the payment is authorized."),
        EventText.Of(
            new OrderShipped("dhl", "JD014600", [new ItemQuantity(Example.Sku, Example.Pieces)], Example.At),
            "The goods have left the house. The order cannot be cancelled any more."),
        EventText.Of(new OrderDelivered(Example.At), "The customer has the goods."),
        EventText.Of(
            new OrderCancelled("changed my mind", Example.Placed, Example.At),
            "The order ended before its goods left, by a person or because stock or payment failed. Nothing follows it."),
        EventText.Of(
            new ItemReturned(Example.Sku, 2, Example.Price, "broken", Example.At),
            "The customer sent pieces of a delivered order back. One event for each line that they belong to."),
    ];
}
