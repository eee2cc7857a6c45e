using System.Collections.Immutable;
using System.Text;
using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Support;

/// <summary>What the specs share: a moment, and texts of decisions and events that can be compared.</summary>
public static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static ImmutableArray<LineItem> Lines(params (string Sku, long Quantity, long UnitPrice)[] lines) =>
        [.. lines.Select(line => new LineItem(line.Sku, line.Quantity, line.UnitPrice, null))];

    public static ImmutableArray<ItemQuantity> Pieces(params (string Sku, long Quantity)[] lines) =>
        [.. lines.Select(line => new ItemQuantity(line.Sku, line.Quantity))];

    /// <summary>Events are compared by what is stored: records that hold arrays are never equal otherwise.</summary>
    public static string Describe(DomainEvent @event) =>
        $"{EventCatalog.KindOf(@event).StoredName} {Encoding.UTF8.GetString(EventCatalog.Encode(@event))}";

    public static string Describe(Decision decision) => decision switch
    {
        Decision.Rejected(var code, var detail) => $"!{code} {detail}".TrimEnd(),
        Decision.Accepted(var events) => string.Join('\n', events.Select(Describe)),
        _ => throw new InvalidOperationException("A decision is accepted or rejected."),
    };
}
