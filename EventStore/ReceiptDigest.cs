using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansOrders.EventStore;

/// <summary>
/// The checksum that a receipt is stored with: SHA-256 over, in order, command id (16 bytes), the stream's version after the
/// command (8 bytes), tenant, stream id, refusal code, refusal detail, fingerprint. Numbers are big-endian; texts are UTF-8,
/// hold no zero byte and end with one; a missing text is the byte 255, which no text holds. <c>receipt_digest</c> is the same
/// in SQL.
/// </summary>
internal static class ReceiptDigest
{
    private const byte End = 0;
    private const byte Missing = 255;

    public static byte[] Of(Receipt receipt, StreamName stream, string streamId, long version)
    {
        var texts = stream.Tenant.Length + streamId.Length + (receipt.RefusalCode?.Length ?? 1) + (receipt.RefusalDetail?.Length ?? 1);
        var rented = ArrayPool<byte>.Shared.Rent(24 + 4 + Encoding.UTF8.GetMaxByteCount(texts) + receipt.Fingerprint.Length);
        receipt.CommandId.TryWriteBytes(rented, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(rented.AsSpan(16), version);
        var length = 24;
        length += Add(rented.AsSpan(length), stream.Tenant);
        length += Add(rented.AsSpan(length), streamId);
        length += Add(rented.AsSpan(length), receipt.RefusalCode);
        length += Add(rented.AsSpan(length), receipt.RefusalDetail);
        receipt.Fingerprint.CopyTo(rented.AsSpan(length));
        var digest = SHA256.HashData(rented.AsSpan(0, length + receipt.Fingerprint.Length));
        ArrayPool<byte>.Shared.Return(rented);
        return digest;
    }

    private static int Add(Span<byte> target, string? text)
    {
        var length = 1;
        if (text is null)
            target[0] = Missing;
        else
            length = Encoding.UTF8.GetBytes(text, target);
        target[length] = End;
        return length + 1;
    }
}
