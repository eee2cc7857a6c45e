using System.Buffers;
using System.IO.Pipelines;

namespace OrleansOrders.Http;

/// <summary>
/// What a connection writes to. Once its request is refused, the empty answer that the server writes is replaced; until
/// then, and when an answer had begun already, everything passes as it is.
/// </summary>
internal sealed class RejectionWriter(PipeWriter connection) : PipeWriter
{
    private byte[]? answer;
    private ArrayBufferWriter<byte>? held;

    public override bool CanGetUnflushedBytes => connection.CanGetUnflushedBytes;

    public override long UnflushedBytes => connection.UnflushedBytes + (held?.WrittenCount ?? 0);

    /// <summary>From now on what is written is held until it is flushed.</summary>
    /// <param name="answer">Head and body.</param>
    public void Reject(byte[] answer) => (this.answer, held) = (answer, new ArrayBufferWriter<byte>());

    public override Memory<byte> GetMemory(int sizeHint = 0) => held?.GetMemory(sizeHint) ?? connection.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => held is null ? connection.GetSpan(sizeHint) : held.GetSpan(sizeHint);

    public override void Advance(int bytes)
    {
        if (held is null)
            connection.Advance(bytes);
        else
            held.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Release();
        return connection.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (held is null)
            return connection.WriteAsync(source, cancellationToken);
        held.Write(source.Span);
        return FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => connection.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Release();
        connection.Complete(exception);
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Release();
        return connection.CompleteAsync(exception);
    }

    private void Release()
    {
        if (held is not { WrittenCount: > 0 })
            return;
        var written = held.WrittenSpan;
        var isRefusal = written.StartsWith("HTTP/1.1 4"u8) || written.StartsWith("HTTP/1.1 5"u8);
        connection.Write(isRefusal ? answer : written);
        held = null;
    }
}
