using System.Threading.Channels;

namespace OrleansOrders.EventStore;

/// <summary>
/// Writes snapshots aside of the commands that made them worth writing. A snapshot is a cache: when too many wait, or
/// the database does not answer, they are left out, and the next multiple brings another.
/// </summary>
public sealed class SnapshotWriter : IAsyncDisposable
{
    private const int Waiting = 256;

    private readonly Channel<(StreamName Stream, Snapshot Snapshot)> queue = Channel.CreateBounded<(StreamName, Snapshot)>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly CancellationTokenSource stopping = new();
    private readonly IEventStore store;
    private readonly Task writing;

    public SnapshotWriter(IEventStore store)
    {
        this.store = store;
        writing = Background.Run(Write);
    }

    public void Enqueue(StreamName stream, Snapshot snapshot) => queue.Writer.TryWrite((stream, snapshot));

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await stopping.CancelAsync();
        await writing;
        stopping.Dispose();
    }

    private async Task Write()
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            while (queue.Reader.TryRead(out var next))
                await WriteOrLeaveOut(next.Stream, next.Snapshot);
        }
    }

    private async Task WriteOrLeaveOut(StreamName stream, Snapshot snapshot)
    {
        if (stopping.IsCancellationRequested)
            return;
        try
        {
            await store.WriteSnapshot(stream, snapshot, stopping.Token);
        }
        catch (Exception)
        {
            // Left out on purpose: the log is the truth, and a database that is away shows itself elsewhere.
        }
    }
}
