using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Providers;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>Everything of one seed: the processes, what is outside them, the clients and what goes wrong.</summary>
internal sealed class World
{
    private static readonly TimeSpan SlowPayment = TimeSpan.FromSeconds(2);
    private static readonly int[] SmallAndLarge = [2, 4, 4_096];
    private static readonly int[] Snapshots = [3, 5, 100];

    public World(ulong seed, Leaving leaving, Wiring wiring, Trace? trace)
    {
        (Wiring, Trace) = (wiring, trace);
        var chance = new Chance(Chance.Mix(seed));
        Scheduler = new Scheduler(new Chance(chance.Next()));
        Outside = new SimulatedProcess(Scheduler, "outside");
        var clock = new SimulatedClock(Outside, TimeSpan.Zero);
        Faults = new Faults(new Chance(chance.Next()), leaving, () => Scheduler.Elapsed)
        {
            Told = fault => trace?.Add(fault.At, "FAULT", $"{fault.Kind}: {Trace.Describe(fault.Where)}"),
        };
        Network = new Network(Scheduler, new Chance(chance.Next()), Faults, Outside);
        Plan = new Planner(new Chance(chance.Next()), Scheduler.Now).Make();
        Options = new EngineOptions
        {
            CachedStreams = chance.Pick(SmallAndLarge),
            SnapshotEvery = chance.Pick(Snapshots),
            DueScan = TimeSpan.FromSeconds(4),
            CheckpointEvery = TimeSpan.FromSeconds(1 + chance.Below(5)),
            DecideAttempts = chance.Between(2, 5),
        };
        Log = new InMemoryEventStore(clock) { Fault = DrawAppendFault };
        Database = wiring.Store(this, Log);
        Poisons = new Poisons(Faults, Log, clock.GetUtcNow);
        Provider = new SimulatedPaymentProvider(wiring.Books(Ledger), clock, SlowPayment);
        Carrier = wiring.Carrier(new SimulatedCarrier());
        PublisherBook = new PublisherBook(() => Scheduler.Elapsed, LookForMissing);
        Publisher = wiring.Publisher(this, PublisherBook);
        Nodes = [.. Enumerable.Range(1, Plan.Processes).Select(number => new Node(this, number))];
        Client = new Client(this, leaving);
    }

    public Wiring Wiring { get; }

    public Trace? Trace { get; }

    public Scheduler Scheduler { get; }

    /// <summary>Where what is no process of ours goes on: the database, the provider, the clients.</summary>
    public SimulatedProcess Outside { get; }

    public Faults Faults { get; }

    public Network Network { get; }

    public Plan Plan { get; }

    public EngineOptions Options { get; }

    /// <summary>What is stored.</summary>
    public InMemoryEventStore Log { get; }

    /// <summary>The store as the processes reach it.</summary>
    public IEventStore Database { get; }

    public Poisons Poisons { get; }

    public Bell Bell { get; } = new();

    public ProviderLedger Ledger { get; } = new();

    public IPaymentProvider Provider { get; }

    public ICarrier Carrier { get; }

    public InMemoryReactionLetters Letters { get; } = new();

    public ReadSide ReadSide { get; } = new();

    public Topic Topic { get; } = new();

    /// <summary>What a read model's table was asked for and a database would not have done.</summary>
    public List<string> Strange { get; } = [];

    public PublisherBook PublisherBook { get; }

    public IPublisherBook Publisher { get; }

    /// <summary>Checkpoints of the publisher that were written before everything up to there had arrived.</summary>
    public List<(long Position, long Missing)> AheadOfTopics { get; } = [];

    public IReadOnlyList<Node> Nodes { get; }

    public Client Client { get; }

    private void LookForMissing(long from, long position)
    {
        foreach (var recorded in Log.ReadLog(from, (int)(position - from), CancellationToken.None).Result.Where(recorded => !Topic.Holds(recorded)))
            AheadOfTopics.Add((position, recorded.Position));
    }

    private AppendFault DrawAppendFault(Append append)
    {
        var key = Chance.Key(append.Stream.Tenant, Chance.Key(append.Stream.Type, Chance.Key(append.Stream.Id, (ulong)append.Expected.Version)));
        if (Happens(FaultKind.StoreAway))
            return AppendFault.Unavailable;
        if (Happens(FaultKind.FailedAppend))
            return AppendFault.FailBeforeCommit;
        if (Happens(FaultKind.LostReply))
            return AppendFault.LoseReply;
        if (Happens(FaultKind.UnknownOutcome))
            return Faults.Number(key) % 2 == 0 ? AppendFault.UnknownAfterCommit : AppendFault.UnknownBeforeCommit;
        return AppendFault.None;

        bool Happens(FaultKind kind) => Faults.Happens(kind, key, append);
    }
}
