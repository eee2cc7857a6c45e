using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Domain.Contracts;

/// <summary>One version of an event that was ever released.</summary>
/// <param name="StoredName">With its version: <c>order-placed.v1</c>.</param>
/// <param name="Json">Its JSON as readers may rely on it: what is required here is always there.</param>
/// <param name="NextVersion">What it is brought forward to when it is read; null for the version that is written today.</param>
public sealed record ReleasedEvent(string StoredName, string StreamType, Type ClrType, JsonTypeInfo Json, string? NextVersion);

/// <summary>Everything that can stand in a log or in a topic, in the order of the catalog.</summary>
public static class ReleasedEvents
{
    private static readonly Dictionary<string, Type> Retired = new()
    {
        ["shipment-dispatched.v1"] = typeof(ShipmentDispatchedV1),
    };

    public static IReadOnlyList<ReleasedEvent> All { get; } = [.. EventCatalog.Kinds.SelectMany(kind => OlderThan(kind).Append(Current(kind)))];

    private static ReleasedEvent Current(EventKind kind) => new(kind.StoredName, kind.StreamType, kind.ClrType, kind.Reading, null);

    private static IEnumerable<ReleasedEvent> OlderThan(EventKind kind)
    {
        var name = kind.StoredName;
        var older = new Stack<ReleasedEvent>();
        while (Upcasters.All.FirstOrDefault(upcaster => upcaster.To == name) is { } upcaster)
        {
            var type = Retired[upcaster.From];
            older.Push(new(upcaster.From, kind.StreamType, type, EventReading.Options.GetTypeInfo(type), upcaster.To));
            name = upcaster.From;
        }
        return older;
    }
}
