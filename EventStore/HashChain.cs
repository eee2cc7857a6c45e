using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansOrders.EventStore;

/// <summary>
/// Ties every event to all earlier ones of its stream: SHA-256 over the previous event's hash and this one's content.
/// Removing, reordering or altering a stored event breaks the chain from there on. A first event follows 32 zero bytes.
/// </summary>
/// <remarks>
/// The input is, in order: previous hash (32 bytes), tenant, stream id, version (8 bytes), event id (16 bytes), type,
/// occurred-at in microseconds since 0001-01-01 UTC (8 bytes), data, metadata. Numbers are big-endian; texts are UTF-8;
/// texts, data and metadata are preceded by their length in 4 bytes, so that no two different events share an input.
/// </remarks>
public static class HashChain
{
    /// <summary>Bytes of one hash.</summary>
    public const int Length = 32;

    private const int FixedLength = Length + 8 + 16 + 8 + 5 * sizeof(int);

    /// <summary>The moment as PostgreSQL keeps it: UTC, whole microseconds. Anything finer would not survive storing.</summary>
    public static DateTimeOffset Round(DateTimeOffset moment) =>
        new(moment.UtcTicks - moment.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>The hash of <paramref name="event"/> as the stream's event number <paramref name="version"/>.</summary>
    public static byte[] Next(ReadOnlySpan<byte> previous, StreamName stream, long version, NewEvent @event) =>
        Compute(previous, stream, version, @event.EventId, @event.Type, @event.OccurredAt, @event.Data, @event.Metadata);

    /// <summary>True when the stored event's hash follows from <paramref name="previous"/> and its content.</summary>
    public static bool Holds(ReadOnlySpan<byte> previous, RecordedEvent @event) =>
        @event.Hash.Span.SequenceEqual(Compute(
            previous, @event.Stream, @event.Version, @event.EventId, @event.Type, @event.OccurredAt, @event.Data.Span,
            @event.Metadata.Span));

    private static byte[] Compute(
        ReadOnlySpan<byte> previous, StreamName stream, long version, Guid eventId, string type, DateTimeOffset occurredAt,
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> metadata)
    {
        if (previous.Length != Length)
            throw new ArgumentException($"A hash has {Length} bytes, not {previous.Length}.", nameof(previous));
        var streamId = stream.StreamId;
        var longest = FixedLength + data.Length + metadata.Length
            + Encoding.UTF8.GetMaxByteCount(stream.Tenant.Length + streamId.Length + type.Length);
        var rented = ArrayPool<byte>.Shared.Rent(longest);
        var input = new Input(rented);
        input.AddBytes(previous);
        input.AddText(stream.Tenant);
        input.AddText(streamId);
        input.AddNumber(version);
        input.AddId(eventId);
        input.AddText(type);
        input.AddNumber(occurredAt.UtcTicks / TimeSpan.TicksPerMicrosecond);
        input.AddPart(data);
        input.AddPart(metadata);
        var hash = SHA256.HashData(input.Written);
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    private ref struct Input(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;

        public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

        public void AddBytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer[_length..]);
            _length += bytes.Length;
        }

        public void AddPart(ReadOnlySpan<byte> bytes)
        {
            AddLength(bytes.Length);
            AddBytes(bytes);
        }

        public void AddText(string text)
        {
            var written = Encoding.UTF8.GetBytes(text, _buffer[(_length + sizeof(int))..]);
            AddLength(written);
            _length += written;
        }

        public void AddNumber(long number)
        {
            BinaryPrimitives.WriteInt64BigEndian(_buffer[_length..], number);
            _length += sizeof(long);
        }

        public void AddId(Guid id)
        {
            id.TryWriteBytes(_buffer[_length..], bigEndian: true, out var written);
            _length += written;
        }

        private void AddLength(int length)
        {
            BinaryPrimitives.WriteInt32BigEndian(_buffer[_length..], length);
            _length += sizeof(int);
        }
    }
}
