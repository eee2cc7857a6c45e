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
        var tracking = v1["tracking"]!.GetValue<string>();
        var slash = tracking.IndexOf('/');
        return new JsonObject
        {
            ["carrier"] = slash < 0 ? "unknown" : tracking[..slash],
            ["trackingNumber"] = tracking[(slash + 1)..],
            ["at"] = v1["at"]!.DeepClone(),
        };
    }
}
