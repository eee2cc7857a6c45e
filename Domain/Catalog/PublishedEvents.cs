using System.Collections.Frozen;
using System.Text;

namespace OrleansOrders.Domain;

/// <summary>
/// What other systems may rely on: where each event is published, in which part of its topic, and what the headers that
/// go with it are called. Names and numbers here are a contract; they never change, only grow.
/// </summary>
public static class PublishedEvents
{
    /// <summary>
    /// Parts of every topic. A stream belongs to one of them for good, so that its events stay in order: the number is the
    /// same for everybody and never changes.
    /// </summary>
    public const int Partitions = 8;

    /// <summary>Where a person's attention is asked for: one message for each event that a consumer could not take.</summary>
    public const string DeadLetterTopic = "orders.dead-letters";

    private static readonly FrozenDictionary<string, string> TopicsByType = EventCatalog.Kinds
        .Select(kind => kind.StreamType).Distinct().ToFrozenDictionary(type => type, type => $"orders.{type}", StringComparer.Ordinal);

    /// <summary>The topics of all stream types, in order.</summary>
    public static IReadOnlyList<string> Topics { get; } = [.. TopicsByType.Values.Order(StringComparer.Ordinal)];

    /// <param name="streamType"><c>order</c>, which is published on <c>orders.order</c>.</param>
    public static string TopicOf(string streamType) =>
        TopicsByType.TryGetValue(streamType, out var topic) ? topic : $"orders.{streamType}";

    /// <param name="type">The event's stored name.</param>
    /// <returns>The id of the JSON Schema of its data, <c>urn:orleansorders:event:order-placed.v1</c>.</returns>
    public static string SchemaOf(string type) => $"urn:orleansorders:event:{Uri.EscapeDataString(type)}";

    /// <summary>
    /// The part of its topic that a stream belongs to, as Kafka's own clients choose it for the same key
    /// (murmur2, <c>org.apache.kafka.common.utils.Utils</c>).
    /// </summary>
    /// <param name="streamId">With its type, as it is the message's key: <c>order-7f3k</c>.</param>
    public static int PartitionOf(string streamId)
    {
        Span<byte> bytes = stackalloc byte[256];
        var length = Encoding.UTF8.TryGetBytes(streamId, bytes, out var written) ? written : -1;
        var hash = length >= 0 ? Murmur2(bytes[..length]) : Murmur2(Encoding.UTF8.GetBytes(streamId));
        return (hash & 0x7fffffff) % Partitions;
    }

    private static int Murmur2(ReadOnlySpan<byte> data)
    {
        const int multiplier = 0x5bd1e995;
        unchecked
        {
            var hash = (int)0x9747b28c ^ data.Length;
            var rest = data;
            for (; rest.Length >= 4; rest = rest[4..])
            {
                var block = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(rest) * multiplier;
                block ^= block >>> 24;
                hash = (hash * multiplier) ^ (block * multiplier);
            }
            for (var i = rest.Length - 1; i >= 0; i--)
                hash ^= rest[i] << (8 * i);
            if (rest.Length > 0)
                hash *= multiplier;
            hash ^= hash >>> 13;
            hash *= multiplier;
            return hash ^ (hash >>> 15);
        }
    }

    /// <summary>
    /// The headers of a message: CloudEvents 1.0 in Kafka's binary mode, and extensions of ours. Values are UTF-8 text.
    /// </summary>
    public static class Headers
    {
        /// <summary>The event's id: a message that is seen twice has it twice.</summary>
        public const string Id = "ce_id";

        /// <summary><c>1.0</c>.</summary>
        public const string SpecVersion = "ce_specversion";

        /// <summary>The event's stored name with its version: <c>order-placed.v1</c>.</summary>
        public const string Type = "ce_type";

        /// <summary><c>/tenants/{tenant}/{streamType}</c>, percent-encoded.</summary>
        public const string Source = "ce_source";

        /// <summary>The stream: <c>order-7f3k</c>; the key as well.</summary>
        public const string Subject = "ce_subject";

        /// <summary>When it happened, RFC 3339, UTC.</summary>
        public const string Time = "ce_time";

        /// <summary>Which JSON Schema describes the data, by its <c>$id</c>: <see cref="SchemaOf"/>.</summary>
        public const string DataSchema = "ce_dataschema";

        /// <summary><c>application/json</c>.</summary>
        public const string ContentType = "content-type";

        public const string Tenant = "ce_tenant";

        /// <summary>The event's number in its stream, from 1, without gaps.</summary>
        public const string StreamVersion = "ce_streamversion";

        /// <summary>Its number in the log, over all streams.</summary>
        public const string Position = "ce_position";

        /// <summary>
        /// The position of the event before it in this part of this topic; 0 for the first. A consumer that is not at that
        /// position has missed something.
        /// </summary>
        public const string PreviousPosition = "ce_previousposition";

        /// <summary>When it was committed, RFC 3339, UTC.</summary>
        public const string RecordedTime = "ce_recordedtime";

        /// <summary>Which publisher sent it: one more with every change of publisher.</summary>
        public const string PublisherEpoch = "ce_publisherepoch";

        public const string CorrelationId = "ce_correlationid";

        /// <summary>The event that caused it; absent when a person did.</summary>
        public const string CausationId = "ce_causationid";

        /// <summary>W3C Trace Context; absent when there was none.</summary>
        public const string TraceParent = "traceparent";

        /// <summary>On a repaired event only: the id of the event that it stands for.</summary>
        public const string Repairs = "ce_repairs";
    }

    /// <summary>
    /// What a message of <see cref="DeadLetterTopic"/> has besides the headers, key and value of the message that it stands
    /// for. The same topic, partition and offset is the same message.
    /// </summary>
    public static class DeadLetterHeaders
    {
        /// <summary>Who could not take it: <c>notifications</c>.</summary>
        public const string Consumer = "deadletter-consumer";

        /// <summary>The topic that it was read from.</summary>
        public const string Topic = "deadletter-topic";

        /// <summary>The partition of that topic.</summary>
        public const string Partition = "deadletter-partition";

        /// <summary>The offset in that partition.</summary>
        public const string Offset = "deadletter-offset";

        /// <summary>Why, as a sentence.</summary>
        public const string Cause = "deadletter-cause";
    }
}
