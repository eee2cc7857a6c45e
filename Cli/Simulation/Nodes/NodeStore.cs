using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>The store as one process sees it: over the network, with all that can go wrong there.</summary>
internal sealed class NodeStore(World world, Node node, SimulatedProcess process) : IEventStore
{
    private readonly ulong key = Chance.Key(node.Name, 1);

    public Task<AppendResult> Append(Append append, CancellationToken cancellation)
    {
        var moment = KeyOf(append.Stream, append.Expected.Version);
        if (!process.IsDead && append.Events.Count > 0 && world.Faults.Happens(FaultKind.CrashBeforeAppend, moment, append))
            node.Crash();
        return world.Network.Call(process, moment, () => Commit(append, moment));
    }

    public Task<StreamHead> ReadHead(StreamName stream, CancellationToken cancellation) =>
        Call(stream, store => store.ReadHead(stream, cancellation));

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(StreamName stream, long afterVersion, int limit, CancellationToken cancellation) =>
        Call(stream, store => store.ReadStream(stream, afterVersion, limit, cancellation));

    public Task<(int Taken, StreamHead Head)> FoldStream(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation) =>
        Call(stream, store => store.FoldStream(stream, afterVersion, limit, take, cancellation));

    public Task<IReadOnlyList<RecordedEvent>> ReadLog(long afterPosition, int limit, CancellationToken cancellation) =>
        world.Network.Call(process, key, () => world.Database.ReadLog(afterPosition, limit, cancellation));

    public Task<long> ReadEnd(CancellationToken cancellation) => world.Network.Call(process, key, () => world.Database.ReadEnd(cancellation));

    public Task<StoredReceipt?> FindReceipt(string tenant, Guid commandId, CancellationToken cancellation) =>
        world.Network.Call(process, key, () => world.Database.FindReceipt(tenant, commandId, cancellation));

    public Task<Snapshot?> ReadSnapshot(StreamName stream, string schema, CancellationToken cancellation) =>
        Call(stream, store => store.ReadSnapshot(stream, schema, cancellation));

    public Task<IReadOnlyList<EventRepair>> FindRepairs(IReadOnlyCollection<Guid> eventIds, CancellationToken cancellation) =>
        world.Network.Call(process, key, () => world.Database.FindRepairs(eventIds, cancellation));

    public Task WriteSnapshot(StreamName stream, Snapshot snapshot, CancellationToken cancellation) => Call(stream, async store =>
    {
        await store.WriteSnapshot(stream, snapshot, cancellation);
        return true;
    });

    public Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation)
    {
        var woken = new TaskCompletionSource<bool>();
        world.Bell.Wait(position, () => Wake(world.Network.Latency(key), true));
        Wake(limit, false);
        return woken.Task;

        void Wake(TimeSpan after, bool isBeyond) =>
            world.Scheduler.After(after, () => process.Enter(_ => woken.TrySetResult(isBeyond), null));
    }

    private Task<T> Call<T>(StreamName stream, Func<IEventStore, Task<T>> serve) =>
        world.Network.Call(process, KeyOf(stream, 0), () => serve(world.Database));

    private ulong KeyOf(StreamName stream, long version) =>
        key ^ Chance.Key(stream.Tenant, Chance.Key(stream.Type, Chance.Key(stream.Id, (ulong)version)));

    private async Task<AppendResult> Commit(Append append, ulong moment)
    {
        append = world.Poisons.PoisonNowAndThen(append, moment);
        var before = await world.Log.ReadEnd(CancellationToken.None);
        try
        {
            return await world.Database.Append(append, CancellationToken.None);
        }
        finally
        {
            await After(append, moment, before);
        }
    }

    private async Task After(Append append, ulong moment, long before)
    {
        var end = await world.Log.ReadEnd(CancellationToken.None);
        if (world.Trace is not null && end > before)
            world.Trace.Add(world.Scheduler.Elapsed, node.Name, $"{Trace.Describe(append)} at {before + 1}");
        world.Bell.Ring(end);
        if (world.Faults.Happens(FaultKind.DuplicateAppend, moment, append))
            world.Scheduler.After(world.Network.Latency(moment) * 3, () => world.Outside.Enter(_ => AppendAgain(append), null));
        if (end > before && !process.IsDead && world.Faults.Happens(FaultKind.CrashAfterAppend, moment, append))
            node.Crash();
    }

    private async void AppendAgain(Append append)
    {
        try
        {
            await world.Database.Append(append, CancellationToken.None);
            world.Bell.Ring(await world.Log.ReadEnd(CancellationToken.None));
        }
        catch (Exception)
        {
            // Nobody waits for this answer.
        }
    }
}
