using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>
/// The load, decide, append loop of one aggregate type. What it keeps in memory is only a guess at the stream's end:
/// every answer, a refusal too, is fenced by the version key before it is given.
/// </summary>
internal sealed class AggregateRunner<TState, TCommand, TAggregate>(
    IEventStore store, SnapshotWriter snapshots, EngineOptions options) : IAggregateRunner, IStateLoader<TState>
    where TState : class
    where TCommand : Command
    where TAggregate : IAggregate<TState, TCommand>
{
    private readonly StreamCache<TState> cache = new(options.CachedStreams);

    private readonly StreamLoader<TState, TCommand, TAggregate> loader = new(store, options);

    public async Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation)
    {
        var name = NameOf(context.Tenant, id);
        var entry = cache.Rent(name);
        try
        {
            await entry.Turn.WaitAsync(cancellation);
            try
            {
                return await Decide(entry, (TCommand)command, context, cancellation);
            }
            catch
            {
                entry.Folded = null;
                throw;
            }
            finally
            {
                entry.Turn.Release();
            }
        }
        finally
        {
            cache.Return(entry);
        }
    }

    public async Task<Loaded<TState>> Load(
        string tenant, string id, PointInTime point, bool checkHead, CancellationToken cancellation)
    {
        var name = NameOf(tenant, id);
        var entry = cache.Rent(name);
        try
        {
            var known = entry.Folded;
            if (point.Time is null && known is not null && point.Version == known.Head.Version)
                return ToLoaded(known);
            if (point != PointInTime.Latest)
                return ToLoaded(await loader.LoadPast(name, point, cancellation));
            if (known is null)
                return ToLoaded(await LoadIntoCache(entry, cancellation));
            if (!checkHead)
                return ToLoaded(known);
            var head = await store.ReadHead(name, cancellation);
            return ToLoaded(head.Version == known.Head.Version ? known : await loader.CatchUp(name, known, cancellation));
        }
        finally
        {
            cache.Return(entry);
        }
    }

    private static StreamName NameOf(string tenant, string id) => new(tenant, TAggregate.StreamType, id);

    private async Task<CommandOutcome> Decide(
        StreamCache<TState>.Entry entry, TCommand command, CommandContext context, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var folded = entry.Folded ??= await loader.LoadLatest(entry.Name, cancellation);
            var decision = context.IfVersion is { } wanted && wanted != folded.Head.Version
                ? null
                : TAggregate.Decide(folded.State, command);

            // A repeat must get its first answer, and its command may look refused or done only because it was carried out.
            if (decision is not Decision.Accepted { Events.Count: > 0 } && await FindEarlier(context, cancellation) is { } earlier)
                return earlier;

            switch (await store.Append(ToAppend(entry.Name, folded, decision, context), cancellation))
            {
                case AppendResult.Appended appended:
                    return Conclude(entry, folded, decision, appended);
                case AppendResult.AlreadyReceived received:
                    entry.Folded = null;
                    return FromReceipt(received.Receipt, context);
                default:
                    entry.Folded = attempt < options.DecideAttempts
                        ? null
                        : throw new UnavailableException($"{entry.Name.StreamId} is being changed by others faster than it can be decided on.");
                    break;
            }
        }
    }

    // No events: a mismatched version leaves no receipt, because the caller will look again and repeat.
    private static Append ToAppend(StreamName name, Folded<TState> folded, Decision? decision, CommandContext context) => new(
        name, folded.Head,
        decision is Decision.Accepted { Events: var events } ? EventCodec.Encode(events, context) : [],
        decision is null || context.Fingerprint is not { } fingerprint ? null : decision is Decision.Rejected rejected
            ? new Receipt(context.CommandId, fingerprint, rejected.Code, rejected.Detail)
            : new Receipt(context.CommandId, fingerprint, null, null));

    private CommandOutcome Conclude(
        StreamCache<TState>.Entry entry, Folded<TState> before, Decision? decision, AppendResult.Appended appended)
    {
        switch (decision)
        {
            case null:
                return new CommandOutcome.VersionMismatch(before.Head.Version);
            case Decision.Rejected rejected:
                return new CommandOutcome.Refused(rejected.Code, rejected.Detail, before.Head.Version, false);
            case Decision.Accepted { Events: { Count: > 0 } events }:
                var after = new Folded<TState>(events.Aggregate(before.State, TAggregate.Evolve), appended.Head);
                entry.Folded = after;
                if (after.Head.Version / options.SnapshotEvery > before.Head.Version / options.SnapshotEvery)
                    snapshots.Enqueue(entry.Name, after.Head, after.State);
                return new CommandOutcome.Done(after.Head.Version, after.Head.Position, false);
            default:
                return new CommandOutcome.Done(before.Head.Version, before.Head.Position, false);
        }
    }

    private async Task<CommandOutcome?> FindEarlier(CommandContext context, CancellationToken cancellation)
    {
        if (context.Fingerprint is null)
            return null;
        var receipt = await store.FindReceipt(context.Tenant, context.CommandId, cancellation);
        return receipt is null ? null : FromReceipt(receipt, context);
    }

    private static CommandOutcome FromReceipt(StoredReceipt stored, CommandContext context)
    {
        if (!stored.Receipt.Fingerprint.AsSpan().SequenceEqual(context.Fingerprint))
            return new CommandOutcome.KeyReused();
        return stored.Receipt.RefusalCode is { } code
            ? new CommandOutcome.Refused(code, stored.Receipt.RefusalDetail ?? "", stored.Version, true)
            : new CommandOutcome.Done(stored.Version, stored.Position, true);
    }

    private async Task<Folded<TState>> LoadIntoCache(StreamCache<TState>.Entry entry, CancellationToken cancellation)
    {
        await entry.Turn.WaitAsync(cancellation);
        try
        {
            return entry.Folded ??= await loader.LoadLatest(entry.Name, cancellation);
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private static Loaded<TState> ToLoaded(Folded<TState> folded) => new(folded.State, folded.Head.Version, folded.Head.Position);
}

/// <summary>What <see cref="Aggregates"/> needs of a runner without knowing its state.</summary>
internal interface IAggregateRunner
{
    Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation);
}

/// <summary>The states of one aggregate type.</summary>
internal interface IStateLoader<TState>
    where TState : class
{
    /// <param name="checkHead">Whether the latest state is compared with the database's head first.</param>
    Task<Loaded<TState>> Load(string tenant, string id, PointInTime point, bool checkHead, CancellationToken cancellation);
}
