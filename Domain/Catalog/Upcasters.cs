using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOrders.Domain;

/// <summary>Every step from a stored version to the next. A step is never changed once it was released.</summary>
public static class Upcasters
{
    public static IReadOnlyList<Upcaster> All { get; } =
    [
        new("shipment-dispatched.v1", "shipment-dispatched.v2", SplitTracking),
    ];

    // v1 held "carrier/number" in one text; a number may hold a slash itself, a carrier cannot.
    private static JsonObject SplitTracking(JsonObject v1)
    {
        var tracking = Text(v1, "tracking");
        var slash = tracking.IndexOf('/');
        return new JsonObject
        {
            ["carrier"] = slash < 0 ? "unknown" : tracking[..slash],
            ["trackingNumber"] = tracking[(slash + 1)..],
            ["at"] = Text(v1, "at"),
        };
    }

    private static string Text(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text)
        ? text
        : throw new JsonException($"{name} is not a text.");
}
