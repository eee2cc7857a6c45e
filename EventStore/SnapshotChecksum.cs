using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansOrders.EventStore;

/// <summary>What a row of <c>snapshots</c> must be followed by, so that a damaged one is not used.</summary>
public static class SnapshotChecksum
{
    /// <summary>SHA-256 over every other column, each preceded by its length.</summary>
    public static byte[] Of(StreamName stream, Snapshot snapshot)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(numbers, snapshot.Head.Version);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], snapshot.Head.Position);
        hash.AppendData(numbers);
        AppendPart(hash, Encoding.UTF8.GetBytes(stream.Tenant));
        AppendPart(hash, Encoding.UTF8.GetBytes(stream.StreamId));
        AppendPart(hash, snapshot.Head.Hash.Span);
        AppendPart(hash, Encoding.UTF8.GetBytes(snapshot.Schema));
        AppendPart(hash, snapshot.State.Span);
        return hash.GetHashAndReset();
    }

    private static void AppendPart(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
