using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>One event, as it is told to those who follow live. What it says stands in its stream.</summary>
/// <param name="Position">In the log; the id to resume from.</param>
/// <param name="StreamType"><c>order</c>, <c>payment</c>, <c>stock</c>, <c>shipment</c>, <c>customer</c> or <c>fulfilment</c>.</param>
/// <param name="Id">The stream's name without its type: the order's for all but stock and customers.</param>
/// <param name="Type">The event's stored name, <c>order-placed.v1</c>.</param>
public sealed record LiveReply(long Position, string StreamType, string Id, long Version, string Type, DateTimeOffset OccurredAt);

/// <summary>Where a stream begins, or that it goes on elsewhere than where it stopped.</summary>
/// <param name="Position">What follows this comes next.</param>
/// <param name="Reason"><c>begin</c>, <c>resume</c>, <c>too-far-behind</c> or <c>not-reached</c>.</param>
/// <param name="From">Where the caller was, when what came after it is left out.</param>
public sealed record LiveJump(long Position, string Reason, long? From);

/// <summary>A line of the log, and its text on the wire, which is made when the first of its tenant wants it.</summary>
internal sealed class LiveEvent(LogLine line)
{
    private byte[]? frame;

    public long Position => line.Position;

    public string Tenant => line.Tenant;

    public ReadOnlyMemory<byte> Frame => frame ??= Text(
        null, line.Position, new LiveReply(line.Position, line.StreamType, line.Id, line.Version, line.Type, line.OccurredAt),
        ReplyJson.Instance.LiveReply);

    public static byte[] Jump(string name, LiveJump jump) => Text(name, jump.Position, jump, ReplyJson.Instance.LiveJump);

    private static byte[] Text<T>(string? name, long id, T data, JsonTypeInfo<T> type)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{(name is null ? "" : $"event: {name}\n")}id: {id}\ndata: ");
        return [.. Encoding.UTF8.GetBytes(head), .. JsonSerializer.SerializeToUtf8Bytes(data, type), .. "\n\n"u8];
    }
}
