using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using OrleansOrders.EventStore;
using static OrleansOrders.Domain.PublishedEvents;
using Headers = Confluent.Kafka.Headers;
using Names = OrleansOrders.Domain.PublishedEvents.Headers;

namespace OrleansOrders.Kafka;

/// <summary>Reads what stands in the topics. Whatever may stand there, it does not throw.</summary>
public static class EventMessage
{
    /// <summary>Makes an event of the message, or says in one sentence why it is none of ours or cannot be understood.</summary>
    /// <remarks>The value is known to be JSON afterwards; what it means is for <c>EventCatalog</c> to say.</remarks>
    public static bool TryRead(
        ConsumeResult<byte[], byte[]> consumed, [NotNullWhen(true)] out PublishedEvent? published, [NotNullWhen(false)] out string? reason)
    {
        published = null;
        var read = new HeaderReader(consumed.Message.Headers);
        if (read.Find(Names.SpecVersion) is null)
            return Refuse("it is not a CloudEvent", out reason);
        var (id, tenant, subject) = (read.Id(Names.Id), read.Text(Names.Tenant), read.Text(Names.Subject));
        var (type, version, position) = (read.Text(Names.Type), read.Number(Names.StreamVersion), read.Number(Names.Position));
        var (previous, epoch) = (read.Number(Names.PreviousPosition, least: 0), read.Number(Names.PublisherEpoch));
        var (occurred, recorded) = (read.Time(Names.Time), read.Time(Names.RecordedTime));
        if (read.Missing is { } missing)
            return Refuse($"its header {missing} is missing or not readable", out reason);
        if (!consumed.Message.Key.AsSpan().SequenceEqual(read.Find(Names.Subject)))
            return Refuse("its key is not the stream that its headers name", out reason);
        var dash = subject.IndexOf('-', StringComparison.Ordinal);
        if (dash <= 0 || TopicOf(subject[..dash]) != consumed.Topic || PartitionOf(subject) != consumed.Partition.Value)
            return Refuse("its stream does not belong to this part of this topic", out reason);
        if (!IsJson(consumed.Message.Value))
            return Refuse("its value is not JSON", out reason);
        var origin = new EventOrigin(read.Find(Names.CorrelationId), read.Find(Names.CausationId), read.Find(Names.TraceParent));
        var name = new StreamName(tenant, subject[..dash], subject[(dash + 1)..]);
        published = new PublishedEvent(
            new RecordedEvent(position, name, version, id, type, consumed.Message.Value, origin.ToMetadata(), occurred, recorded, default),
            previous, epoch, read.Find(Names.Repairs) is null ? null : read.Id(Names.Repairs));
        return Refuse(null, out reason!);
    }

    private static bool Refuse(string? why, out string? reason)
    {
        reason = why;
        return why is null;
    }

    private static bool IsJson(byte[]? value)
    {
        if (value is null)
            return false;
        try
        {
            var json = new Utf8JsonReader(value);
            while (json.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Reads the headers that must be there, and remembers the first that was not.</summary>
    private struct HeaderReader(Headers? headers)
    {
        public string? Missing { get; private set; }

        public readonly byte[]? Find(string name) =>
            headers is not null && headers.TryGetLastBytes(name, out var value) ? value : null;

        public string Text(string name)
        {
            try
            {
                if (Find(name) is { Length: > 0 } bytes)
                    return Strict.GetString(bytes);
            }
            catch (DecoderFallbackException)
            {
                // Not UTF-8: as good as not there.
            }
            return Miss(name, "");
        }

        public long Number(string name, long least = 1) =>
            long.TryParse(Find(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least ? number : Miss(name, 0L);

        public Guid Id(string name) => Guid.TryParse(Find(name), CultureInfo.InvariantCulture, out var id) ? id : Miss(name, Guid.Empty);

        public DateTimeOffset Time(string name) =>
            Utf8Parser.TryParse(Find(name), out DateTime moment, out var used, 'O') && used == Find(name)!.Length
                ? new DateTimeOffset(moment.ToUniversalTime())
                : Miss(name, default(DateTimeOffset));

        private T Miss<T>(string name, T nothing)
        {
            Missing ??= name;
            return nothing;
        }

        private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    }
}
