using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// One machine's process, again and again: engine, reactions, projector and publisher over the shared store. It dies without
/// a word and starts again with nothing but what is stored.
/// </summary>
internal sealed class Node(World world, int number)
{
    private const int ReadBatch = 50;

    private readonly ulong key = Chance.Key("node", (ulong)number);
    private readonly InMemoryReactionCheckpoint checkpoint = new();
    private readonly List<Action> unanswered = [];
    private SimulatedProcess process = null!;
    private Aggregates aggregates = null!;
    private FulfilmentRunner? runner;
    private int starts;

    public string Name { get; } = $"node {number}";

    public override string ToString() => Name;

    public bool IsUp => !process.IsDead;

    /// <summary>Everything up to here has had its reactions from this node; null when it runs none.</summary>
    public long? Reacted => runner?.Position;

    /// <summary>What failed last in the background, for when it does not come to rest.</summary>
    public string LastFailure { get; private set; } = "";

    public void Start()
    {
        process = new SimulatedProcess(world.Scheduler, $"{Name}.{++starts}");
        world.Trace?.Add(world.Scheduler.Elapsed, Name, "starts");
        process.Enter(_ => Begin(), null);
    }

    public void Crash()
    {
        if (process.IsDead)
            return;
        process.Kill();
        world.Trace?.Add(world.Scheduler.Elapsed, Name, "dies");
        foreach (var tell in unanswered.ToList())
            tell();
        unanswered.Clear();
        world.Scheduler.After(TimeSpan.FromMilliseconds(100 + world.Faults.Number(key) % 4_000), Start);
    }

    /// <summary>A request arrives. The answer goes to <paramref name="answer"/>, or the news that there is none.</summary>
    public void Receive(string id, Command command, CommandContext context, Action<CommandOutcome?, Exception?> answer)
    {
        if (process.IsDead)
        {
            answer(null, new UnavailableException("The connection was refused."));
            return;
        }
        var here = process;
        var isAnswered = false;
        void Lost() => Tell(null, new OutcomeUnknownException("The connection was lost."));
        void Tell(CommandOutcome? outcome, Exception? failure)
        {
            unanswered.Remove(Lost);
            if (!isAnswered)
                world.Scheduler.After(world.Network.Latency(key), () => world.Outside.Enter(_ => answer(outcome, failure), null));
            isAnswered = true;
        }
        unanswered.Add(Lost);
        here.Enter(_ => Execute(id, command, context, Tell), null);
    }

    /// <summary>Somebody reads an order here. Nothing is answered when the process is down.</summary>
    public void Read(StreamName stream, Action<Loaded<OrderState>?, Exception?> answer) => process.Enter(_ => Load(stream, answer), null);

    private async void Load(StreamName stream, Action<Loaded<OrderState>?, Exception?> answer)
    {
        try
        {
            answer(await aggregates.Load<OrderState>(stream.Tenant, stream.Id, PointInTime.Latest, CancellationToken.None), null);
        }
        catch (Exception failure)
        {
            answer(null, failure);
        }
    }

    private async void Execute(string id, Command command, CommandContext context, Action<CommandOutcome?, Exception?> answer)
    {
        try
        {
            answer(await aggregates.Execute(id, command, context, CancellationToken.None), null);
        }
        catch (Exception failure)
        {
            answer(null, failure);
        }
    }

    private async void Begin()
    {
        var deviation = world.Faults.Happens(FaultKind.WrongClock, key, this)
            ? TimeSpan.FromSeconds((long)(world.Faults.Number(key) % 600) - 300) : TimeSpan.Zero;
        var clock = new SimulatedClock(process, deviation);
        var store = new NodeStore(world, this, process);
        aggregates = new Aggregates(store, world.Options);
        _ = Project(store, clock);
        _ = new SimulatedPublisher(world, this, process, store, clock).Run();
        if (number > world.Plan.Reactors)
            return;
        runner = new FulfilmentRunner(
            store, aggregates, new NodeReadModels(world, process), world.Wiring.Provider(new NodeProvider(world, this, process)),
            world.Carrier, world.Wiring.Checkpoint(world, new NodeCheckpoint(world, process, checkpoint)), world.Letters, world.Options, clock,
            Failed);
        await runner.Start(CancellationToken.None);
    }

    private void Failed(string what, Exception failure)
    {
        LastFailure = $"{what}: {failure.Message}";
        world.Trace?.Add(world.Scheduler.Elapsed, Name, $"fails at {LastFailure}");
    }

    private async Task Project(IEventStore store, TimeProvider clock)
    {
        var log = world.Wiring.ProjectorStore(store);
        var here = process;
        TableFold[] folds = [.. world.ReadSide.Tables.Select(table => table.CreateFold(world, this, here))];
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200 + world.Faults.Number(key) % 2_000), clock);
            var from = folds.Min(fold => fold.Position);
            var events = await log.ReadLog(from, ReadBatch, CancellationToken.None);
            if (events.Count == 0)
            {
                await Task.WhenAll(folds.Select(fold => fold.Finish()));
                await log.WaitBeyond(from, TimeSpan.FromSeconds(5), CancellationToken.None);
            }
            LogEntry[] entries = [.. events.Select(world.ReadSide.Decode)];
            foreach (var fold in folds)
                await fold.Take(entries);
        }
    }

    private sealed class NodeCheckpoint(World world, SimulatedProcess process, InMemoryReactionCheckpoint kept) : IReactionCheckpoint
    {
        private static readonly ulong Key = Chance.Key("checkpoint");

        public Task<long> Read(CancellationToken cancellation) => world.Network.Call(process, Key, () => kept.Read(cancellation));

        public Task Write(long position, CancellationToken cancellation) => world.Network.Call(process, Key, async () =>
        {
            // As the database does: never back.
            await kept.Write(Math.Max(position, await kept.Read(cancellation)), cancellation);
            return true;
        });
    }
}
