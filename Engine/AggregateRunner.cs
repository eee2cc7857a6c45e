using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>
/// One aggregate type in this process: its streams are folded into a cache, and commands take turns on each.
/// </summary>
internal sealed class AggregateRunner<TState, TCommand, TAggregate>(
    IEventStore store, SnapshotWriter snapshots, EngineOptions options) : IAggregateRunner, IStateLoader<TState>
    where TState : class
    where TCommand : Command
    where TAggregate : IAggregate<TState, TCommand>
{
    private readonly IEventStore store = store;
    private readonly SnapshotWriter snapshots = snapshots;
    private readonly EngineOptions options = options;
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
                return await CommandLoop<TState, TCommand, TAggregate>.Run(
                    new Turn(this, entry), RefundPolicy.Apply((TCommand)command, context, options), context, options.DecideAttempts, cancellation);
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
            {
                (known, var isFresh) = await LoadIntoCache(entry, cancellation);
                if (isFresh)
                    return ToLoaded(known);
            }
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

    /// <summary>What a command has left there while this waited for its turn may be older than the question.</summary>
    private async Task<(Folded<TState> Folded, bool IsFresh)> LoadIntoCache(StreamCache<TState>.Entry entry, CancellationToken cancellation)
    {
        await entry.Turn.WaitAsync(cancellation);
        try
        {
            return entry.Folded is { } left ? (left, false) : (entry.Folded = await loader.LoadLatest(entry.Name, cancellation), true);
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    private static Loaded<TState> ToLoaded(Folded<TState> folded) => new(folded.State, folded.Head.Version, folded.Head.Position);

    /// <summary>A command's turn on a cached stream.</summary>
    private sealed class Turn(AggregateRunner<TState, TCommand, TAggregate> runner, StreamCache<TState>.Entry entry) : IStreamTurn<TState>
    {
        private Folded<TState> Guess => entry.Folded ?? StreamLoader<TState, TCommand, TAggregate>.Nothing;

        public Loaded<TState> Known => ToLoaded(Guess);

        public async Task<Loaded<TState>> Load(CancellationToken cancellation)
        {
            var loaded = ToLoaded(entry.Folded ??= await runner.loader.LoadLatest(entry.Name, cancellation));
            return runner.options.Personal is { } personal
                ? await personal.ForDecision(entry.Name, loaded, cancellation)
                : loaded;
        }

        public async Task<TurnResult<TState>> Append(
            IReadOnlyList<DomainEvent> events, CommandContext context, Receipt? receipt, CancellationToken cancellation)
        {
            var before = Guess;
            if (runner.options.Personal is { } personal)
                events = await personal.Seal(runner.store, entry.Name, before.State, events, context, cancellation);
            var append = new Append(entry.Name, before.Head, EventCodec.Encode(events, context), receipt);
            switch (await runner.store.Append(append, cancellation))
            {
                case AppendResult.Appended appended:
                    runner.options.Personal?.Written(entry.Name, events);
                    return new TurnResult<TState>.Appended(ToLoaded(Advance(before, events, appended.Head)));
                case AppendResult.AlreadyReceived received:
                    return new TurnResult<TState>.Received(received.Receipt);
                default:
                    return new TurnResult<TState>.Moved();
            }
        }

        public void Doubt() => entry.Folded = null;

        public Task<StoredReceipt?> FindReceipt(string tenant, Guid commandId, CancellationToken cancellation) =>
            runner.store.FindReceipt(tenant, commandId, cancellation);

        private Folded<TState> Advance(Folded<TState> before, IReadOnlyList<DomainEvent> events, StreamHead head)
        {
            if (events.Count == 0)
                return before;
            var after = new Folded<TState>(events.Aggregate(before.State, TAggregate.Evolve), head);
            entry.Folded = after;
            if (after.Head.Version / runner.options.SnapshotEvery > before.Head.Version / runner.options.SnapshotEvery)
                runner.snapshots.Enqueue(entry.Name, new Snapshot(head, StateCatalog.SchemaOf<TState>(), StateCatalog.Encode(after.State)));
            return after;
        }
    }
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
