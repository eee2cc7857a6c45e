using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using static OrleansOrders.Domain.PublishedEvents;
using Headers = Confluent.Kafka.Headers;
using Names = OrleansOrders.Domain.PublishedEvents.Headers;

namespace OrleansOrders.Kafka;

/// <summary>
/// Turns events into messages: CloudEvents 1.0 in Kafka's binary mode. The value is the event's JSON as it is stored, byte
/// for byte. What many messages have in common is made once. Not for several threads at a time.
/// </summary>
internal sealed class MessageWriter(long epoch)
{
    /// <summary>Of tenants and event types that are remembered; more than anybody has, so that nothing grows without end.</summary>
    private const int MostRemembered = 10_000;

    private static readonly Header SpecVersion = Text(Names.SpecVersion, "1.0");
    private static readonly Header ContentType = Text(Names.ContentType, "application/json");

    private readonly Header publisherEpoch = Number(Names.PublisherEpoch, epoch);
    private readonly Dictionary<(string Tenant, string Type), (Header Source, Header Tenant)> sources = [];
    private readonly Dictionary<string, (Header Type, Header Schema)> types = new(StringComparer.Ordinal);

    /// <param name="previousPosition">Of the event before it in its part of its topic.</param>
    /// <param name="repair">What goes out in the event's place; null when it goes out as it is.</param>
    public Message<byte[], byte[]> Write(RecordedEvent recorded, long previousPosition, EventRepair? repair = null)
    {
        var key = Encoding.UTF8.GetBytes(recorded.Stream.StreamId);
        var (source, tenant) = SourceOf(recorded.Stream);
        var (type, schema) = TypeOf(repair?.Type ?? recorded.Type);
        var origin = EventOrigin.Read(recorded.Metadata.Span);
        var id = Id(Names.Id, recorded.EventId);
        var headers = new Headers
        {
            id, SpecVersion, type, source, new Header(Names.Subject, key), Time(Names.Time, recorded.OccurredAt), schema, ContentType,
            tenant, Number(Names.StreamVersion, recorded.Version), Number(Names.Position, recorded.Position),
            Number(Names.PreviousPosition, previousPosition), Time(Names.RecordedTime, recorded.RecordedAt), publisherEpoch,
        };
        if (origin.CorrelationId is { } correlation)
            headers.Add(new Header(Names.CorrelationId, correlation));
        if (origin.CausationId is { } causation)
            headers.Add(new Header(Names.CausationId, causation));
        if (origin.TraceParent is { } trace)
            headers.Add(new Header(Names.TraceParent, trace));
        if (repair is not null)
            headers.Add(Id(Names.Repairs, recorded.EventId));
        return new Message<byte[], byte[]> { Key = key, Value = Bytes(repair?.Data ?? recorded.Data), Headers = headers };
    }

    private (Header Source, Header Tenant) SourceOf(StreamName stream)
    {
        if (sources.TryGetValue((stream.Tenant, stream.Type), out var known))
            return known;
        if (sources.Count >= MostRemembered)
            sources.Clear();
        var source = $"/tenants/{Uri.EscapeDataString(stream.Tenant)}/{Uri.EscapeDataString(stream.Type)}";
        return sources[(stream.Tenant, stream.Type)] = (Text(Names.Source, source), Text(Names.Tenant, stream.Tenant));
    }

    private (Header Type, Header Schema) TypeOf(string type)
    {
        if (types.TryGetValue(type, out var known))
            return known;
        if (types.Count >= MostRemembered)
            types.Clear();
        return types[type] = (Text(Names.Type, type), Text(Names.DataSchema, PublishedEvents.SchemaOf(type)));
    }

    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array!.Length == memory.Length ? segment.Array : memory.ToArray();

    private static Header Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    private static Header Id(string name, Guid value)
    {
        var text = new byte[36];
        value.TryFormat(text, out _);
        return new Header(name, text);
    }

    private static Header Number(string name, long value)
    {
        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        return new Header(name, text[..length].ToArray());
    }

    /// <summary>RFC 3339, UTC, as precise as it is stored and more.</summary>
    private static Header Time(string name, DateTimeOffset moment)
    {
        Span<byte> text = stackalloc byte[40];
        Utf8Formatter.TryFormat(moment.UtcDateTime, text, out var length, 'O');
        return new Header(name, text[..length].ToArray());
    }
}
