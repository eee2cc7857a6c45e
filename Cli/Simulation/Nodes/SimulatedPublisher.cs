using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// The publisher of one process, as a model: while it has the lease it sends the log to the topics, in order, and writes
/// down how far everything has arrived. What it has sent arrives even if it dies.
/// </summary>
internal sealed class SimulatedPublisher(World world, Node node, SimulatedProcess process, IEventStore store, TimeProvider time)
{
    private const int Batch = 20;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    private TimeSpan lastArrival;

    private ulong Key { get; } = Chance.Key(node.Name, 7);

    public async Task Run()
    {
        while (true)
        {
            if (await Ask(book => book.Lease(process.ToString(), Lease)) is { } tenure)
                await Publish(tenure);
            await Task.Delay(TimeSpan.FromSeconds(2), time);
        }
    }

    private async Task Publish(Tenure tenure)
    {
        for (var position = tenure.Position; ;)
        {
            var events = await store.ReadLog(position, Batch, CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(10 + world.Faults.Number(Key) % 200), time);
            if (events.Count == 0)
                await store.WaitBeyond(position, TimeSpan.FromSeconds(2), CancellationToken.None);
            else if (world.Faults.Happens(FaultKind.PublisherPause, Key, node))
                await Task.Delay(Lease * 2, time);
            await Task.WhenAll(events.Select(recorded => Send(new Message(recorded, tenure.Epoch))));
            if (events.Count > 0 && world.Faults.Happens(FaultKind.PublisherCrash, Key, node))
                node.Crash();
            position = events.Count > 0 ? events[^1].Position : position;
            if ((await Ask(book => book.Lease(process.ToString(), Lease)))?.Epoch != tenure.Epoch)
                return;
            if (events.Count > 0 && !await Ask(book => book.Checkpoint(tenure.Epoch, position)))
                return;
        }
    }

    /// <summary>As an idempotent producer does: one after the other, however long each takes.</summary>
    private Task Send(Message message)
    {
        var arrived = new TaskCompletionSource();
        var now = world.Scheduler.Elapsed;
        var arrival = now + world.Network.Latency(Key);
        lastArrival = arrival > lastArrival ? arrival : lastArrival + TimeSpan.FromTicks(1);
        world.Scheduler.After(lastArrival - now, () =>
        {
            world.Topic.Append(message);
            world.Scheduler.After(world.Network.Latency(Key), () => process.Enter(_ => arrived.SetResult(), null));
        });
        return arrived.Task;
    }

    private Task<T> Ask<T>(Func<IPublisherBook, T> ask) =>
        world.Network.Call(process, Key, () => Task.FromResult(ask(world.Publisher)));
}
