using System.Globalization;
using Orleans.Runtime;

namespace OrleansOrders.Grains.Projections;

/// <summary>The names of the streams that projection grains listen to: one for each read model and partition.</summary>
internal static class ProjectionStreams
{
    public const string Namespace = "orders.projections";

    public static StreamId Of(string projection, int partition) =>
        StreamId.Create(Namespace, string.Create(CultureInfo.InvariantCulture, $"{projection}/{partition}"));

    /// <param name="key">Of the stream and of its grain: <c>order_details/3</c>.</param>
    public static (string Projection, int Partition) Parse(string key)
    {
        var slash = key.LastIndexOf('/');
        return (key[..slash], int.Parse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
