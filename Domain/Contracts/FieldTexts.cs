namespace OrleansOrders.Domain.Contracts;

/// <summary>What a field means. Every number has a unit.</summary>
public sealed record FieldText(string Meaning, string? Unit = null);

/// <summary>
/// The words for every field of every event. A name means the same everywhere, unless a type has words of its own for it.
/// A test fails when a field has none, and when words have no field.
/// </summary>
public static class FieldTexts
{
    private const string MinorUnits = "minor units of the currency";
    private const string Pieces = "pieces";

    public static IReadOnlyDictionary<string, FieldText> Common { get; } = new Dictionary<string, FieldText>
    {
        ["action"] = new("What the person decided: retry, skip or compensate."),
        ["address"] = new("Postal address. Personal data."),
        ["amount"] = new("Money, in the payment's currency.", MinorUnits),
        ["at"] = new("When it happened, by the clock of whoever caused it; UTC."),
        ["attempt"] = new("Which attempt it was, from 1.", "attempts"),
        ["authorizationId"] = new("The provider's reference of the money that it set aside."),
        ["by"] = new("Who decided: a person's or a component's name."),
        ["captureId"] = new("The provider's reference of the money that it took."),
        ["carrier"] = new("Who carries the goods."),
        ["code"] = new("Why, as a stable word for programs. New words may appear."),
        ["country"] = new("The country, as the shop writes it."),
        ["currency"] = new("ISO 4217 code of the amounts. It has 0, 2 or 3 decimals."),
        ["customerId"] = new("The customer; the stream customer-{customerId} tells more, unless it was a guest."),
        ["deadline"] = new("When the step is given up, UTC."),
        ["description"] = new("The item's name when it was ordered."),
        ["detail"] = new("Why, as a sentence for people."),
        ["details"] = new("Everything that is known of the customer now."),
        ["email"] = new("E-mail address. Personal data."),
        ["first"] = new("What is undone first."),
        ["lines"] = new("Pieces for each SKU, ordered by SKU."),
        ["method"] = new("The token of the payment method. Never a card number."),
        ["name"] = new("The customer's name. Personal data."),
        ["operation"] = new("What the provider was asked for: authorize, capture, void or refund."),
        ["orderId"] = new("The order."),
        ["owner"] = new("Who is expected to act."),
        ["paymentMethod"] = new("The token of the payment method. Never a card number."),
        ["phone"] = new("Telephone number. Personal data."),
        ["placed"] = new("The order as it was placed; absent when it was cancelled as a draft."),
        ["quantity"] = new("How many.", Pieces),
        ["reason"] = new("Why, as a word or sentence for people."),
        ["reference"] = new("The other side's name for it."),
        ["refundId"] = new("The refund; one order may have several."),
        ["retryAt"] = new("When the next attempt is due, UTC; absent when there is none."),
        ["shippingAddress"] = new("Where the goods go. Personal data."),
        ["sku"] = new("Stock keeping unit: which item."),
        ["skipped"] = new("Whether a person said that it was done by hand."),
        ["step"] = new("Which step."),
        ["total"] = new("Quantity times unit price over all lines.", MinorUnits),
        ["tracking"] = new("Carrier and tracking number with a slash between them, or the number alone."),
        ["trackingNumber"] = new("The carrier's number for the parcel."),
        ["unitPrice"] = new("The price of one piece, in the order's currency.", MinorUnits),
    };

    public static IReadOnlyDictionary<(Type Type, string Field), FieldText> OfTypes { get; } = new Dictionary<(Type, string), FieldText>
    {
        [(typeof(OrderPlaced), "lines")] = new("What was ordered, at which price."),
        [(typeof(QuantityChanged), "quantity")] = new("How many the line has now, in all.", Pieces),
        [(typeof(ReservationReleased), "quantity")] = new("How many; 0 when nothing had been set aside.", Pieces),
        [(typeof(StockAdjusted), "quantity")] = new("The difference: negative when pieces were lost. Never 0.", Pieces),
        [(typeof(StockAdjusted), "reference")] = new("The same reference is the same adjustment."),
        [(typeof(ItemReturned), "unitPrice")] = new("The price of the line that the pieces belong to.", MinorUnits),
        [(typeof(PaymentRefunded), "amount")] = new("What this refund gave back.", MinorUnits),
        [(typeof(RefundProposed), "amount")] = new("What this refund is to give back.", MinorUnits),
        [(typeof(RefundProposed), "by")] = new("Who asked for it: a key's holder or a token's subject."),
        [(typeof(RefundProposed), "expiresAt")] = new("From then on it cannot be approved, UTC."),
        [(typeof(RefundRequested), "by")] = new("Who asked for it; absent when the program itself gives money back."),
        [(typeof(RefundApproved), "by")] = new("Who approved it."),
        [(typeof(RefundRejected), "by")] = new("Who refused it."),
        [(typeof(RefundWithdrawn), "by")] = new("Who took it back: whoever had proposed it."),
        [(typeof(RefundRequested), "amount")] = new("What this refund is to give back.", MinorUnits),
    };

    /// <summary>The words for a field, or null when nobody wrote any.</summary>
    public static FieldText? Of(Type type, string field) =>
        OfTypes.GetValueOrDefault((type, field)) ?? Common.GetValueOrDefault(field);
}
