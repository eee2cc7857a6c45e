using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Projections;

/// <summary>
/// An order as lists show it, folded without keeping its lines: placing an order says its total, so lines are needed
/// only while it is a draft.
/// </summary>
/// <param name="DraftLines">The lines of a draft; empty from placing on.</param>
public sealed record OrderDigest(
    OrderKey Key, string CustomerId, string Status, string Currency, long Total, string? Country, int LineCount,
    DateTimeOffset CreatedAt, DateTimeOffset? PlacedAt, ImmutableArray<OrderLine> DraftLines, long Version, long Position)
{
    /// <summary>By this a list is sorted: when it was placed, or created while it is a draft.</summary>
    public DateTimeOffset ListedAt => PlacedAt ?? CreatedAt;

    public OrderSummary Summary => new(
        Key.OrderId, CustomerId, Status, Currency, Total, Country, LineCount, Version, Position, CreatedAt, PlacedAt);

    /// <summary>The columns of every table that holds a digest, after the key's.</summary>
    public static IReadOnlyList<Column<TRow>> ColumnsOf<TRow>(Func<TRow, OrderDigest> digest) =>
    [
        Column.Text<TRow>("customer_id", row => digest(row).CustomerId),
        Column.Text<TRow>("status", row => digest(row).Status),
        Column.Text<TRow>("currency", row => digest(row).Currency),
        Column.Long<TRow>("total", row => digest(row).Total) with { Totalled = true },
        Column.Text<TRow>("country", row => digest(row).Country),
        Column.Int<TRow>("line_count", row => digest(row).LineCount),
        Column.Time<TRow>("created_at", row => digest(row).CreatedAt),
        Column.TimeOrNull<TRow>("placed_at", row => digest(row).PlacedAt),
        Column.Time<TRow>("listed_at", row => digest(row).ListedAt),
        Column.Json<TRow>("draft_lines", row => WriteLines(digest(row).DraftLines)),
        Column.Long<TRow>("version", row => digest(row).Version),
        Column.Long<TRow>("position", row => digest(row).Position),
    ];

    /// <summary>Reads the key and <see cref="ColumnsOf"/>, 14 columns.</summary>
    public static OrderDigest Read(NpgsqlDataReader reader) => new(
        OrderKey.Read(reader), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetInt64(5),
        reader.TextOrNull(6), reader.GetInt32(7), reader.Time(8), reader.TimeOrNull(9), ReadLines(reader.TextOrNull(11)),
        reader.GetInt64(12), reader.GetInt64(13));

    public static OrderDigest Apply(OrderKey key, OrderDigest? digest, EventEnvelope envelope) => (digest, envelope.Event) switch
    {
        (null, OrderCreated e) => new OrderDigest(
            key, e.CustomerId, "draft", e.Currency, 0, e.Country, 0, Microseconds.Of(e.At), null, [], envelope.Version, envelope.Position),
        (null, _) => throw new InvalidOperationException("The order was never created."),
        (_, ItemAdded e) => digest.WithDraft(
            digest.DraftLines.Add(new OrderLine(e.Sku, e.Quantity, e.UnitPrice, e.Description, 0)), envelope),
        (_, ItemRemoved e) => digest.WithDraft(digest.DraftLines.RemoveAll(line => line.Sku == e.Sku), envelope),
        (_, QuantityChanged e) => digest.WithDraft(
            [.. digest.DraftLines.Select(line => line.Sku == e.Sku && line.UnitPrice == e.UnitPrice ? line with { Quantity = e.Quantity } : line)],
            envelope),
        (_, OrderPlaced e) => digest.At(envelope) with
        {
            Status = "placed",
            Total = e.Total,
            LineCount = e.Lines.Length,
            PlacedAt = Microseconds.Of(e.At),
            DraftLines = [],
        },
        (_, OrderConfirmed) => digest.At(envelope) with { Status = "confirmed" },
        (_, OrderShipped) => digest.At(envelope) with { Status = "shipped" },
        (_, OrderDelivered) => digest.At(envelope) with { Status = "delivered" },
        (_, OrderCancelled) => digest.At(envelope) with { Status = "cancelled", DraftLines = [] },
        (_, ItemReturned) => digest.At(envelope),
        _ => throw new InvalidOperationException($"{envelope.Event.GetType().Name} is not an order's event."),
    };

    private OrderDigest At(EventEnvelope envelope) => this with { Version = envelope.Version, Position = envelope.Position };

    private OrderDigest WithDraft(ImmutableArray<OrderLine> lines, EventEnvelope envelope) => At(envelope) with
    {
        DraftLines = lines,
        LineCount = lines.Length,
        Total = Money.Total(lines),
    };

    private static string? WriteLines(ImmutableArray<OrderLine> lines) =>
        lines.IsEmpty ? null : JsonSerializer.Serialize(lines, ReadModelsJson.Default.ImmutableArrayOrderLine);

    private static ImmutableArray<OrderLine> ReadLines(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, ReadModelsJson.Default.ImmutableArrayOrderLine);
}
