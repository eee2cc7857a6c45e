using System.Text.Json.Nodes;

namespace OrleansOrders.Domain.Contracts;

/// <summary>What an event is, in words, and how one looks. A test fails when an event has none.</summary>
/// <param name="StoredName">With its version: <c>order-placed.v1</c>.</param>
/// <param name="When">When it happens, as one or more sentences.</param>
public sealed record EventText(string StoredName, string When, JsonObject Example)
{
    public static IReadOnlyList<EventText> All { get; } =
        [.. OrderTexts.All, .. PaymentTexts.All, .. StockTexts.All, .. ShipmentTexts.All, .. CustomerTexts.All, .. FulfilmentTexts.All];

    /// <summary>An event of today's version, which the compiler knows.</summary>
    public static EventText Of(DomainEvent example, string when) =>
        new(EventCatalog.KindOf(example).StoredName, when, (JsonObject)JsonNode.Parse(EventCatalog.Encode(example))!);

    /// <summary>An event of an older version, as it was stored.</summary>
    public static EventText OfOlder(string storedName, string example, string when) => new(storedName, when, (JsonObject)JsonNode.Parse(example)!);
}

/// <summary>The values that the examples share: one order, told from several sides.</summary>
internal static class Example
{
    public const string OrderId = "7f3k";
    public const string CustomerId = "c-17";
    public const string Currency = "GBP";
    public const string Method = "pm_ok";
    public const string Country = "United Kingdom";
    public const string Sku = "85123A";
    public const string Name = "White hanging heart";
    public const long Price = 255;
    public const long Pieces = 6;
    public const long Total = Price * Pieces;

    public static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 15, TimeSpan.Zero);

    public static readonly OrderPlaced Placed =
        new(OrderId, CustomerId, Currency, Method, Country, Total, [new LineItem(Sku, Pieces, Price, Name)], At);
}
