using System.Threading.Channels;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>
/// Writes snapshots aside of the commands that made them worth writing. A snapshot is a cache: when too many wait, or
/// the database does not answer, they are left out, and the next multiple brings another.
/// </summary>
internal sealed class SnapshotWriter : IAsyncDisposable
{
    private const int Waiting = 256;

    private readonly Channel<Func<Task>> queue = Channel.CreateBounded<Func<Task>>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly CancellationTokenSource stopping = new();
    private readonly IEventStore store;
    private readonly Task writing;

    public SnapshotWriter(IEventStore store)
    {
        this.store = store;
        writing = Task.Run(Write);
    }

    public void Enqueue<TState>(StreamName name, StreamHead head, TState state)
        where TState : class => queue.Writer.TryWrite(() => store.WriteSnapshot(
            name, new Snapshot(head, StateCatalog.SchemaOf<TState>(), StateCatalog.Encode(state)), stopping.Token));

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await stopping.CancelAsync();
        await writing;
        stopping.Dispose();
    }

    private async Task Write()
    {
        await foreach (var write in queue.Reader.ReadAllAsync())
        {
            if (stopping.IsCancellationRequested)
                continue;
            try
            {
                await write();
            }
            catch (Exception)
            {
                // Left out on purpose: the log is the truth, and a database that is away shows itself elsewhere.
            }
        }
    }
}
