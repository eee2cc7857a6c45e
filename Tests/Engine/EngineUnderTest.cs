using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Providers;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Engine;

/// <summary>The whole engine over a store; it can be crashed and started again on the same store and books.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    public const string Tenant = "default";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly EngineOptions options;
    private FulfilmentRunner runner = null!;
    private int commands;

    public EngineUnderTest(IEventStore store, IProviderBooks? books = null, EngineOptions? options = null)
    {
        Store = store;
        Books = books ?? new InMemoryProviderBooks();
        this.options = options ?? new EngineOptions { DueScan = TimeSpan.FromMilliseconds(20) };
        Aggregates = new Aggregates(store, this.options);
    }

    public IEventStore Store { get; }

    public IProviderBooks Books { get; }

    public Aggregates Aggregates { get; private set; }

    public ConcurrentQueue<string> Failures { get; } = [];

    public InMemoryReactionLetters Letters { get; } = new();

    public static async Task<EngineUnderTest> Start(IEventStore? store = null, EngineOptions? options = null)
    {
        var engine = new EngineUnderTest(store ?? new InMemoryEventStore(TimeProvider.System), null, options);
        await engine.StartRunner();
        return engine;
    }

    public async Task StartRunner()
    {
        var provider = new SimulatedPaymentProvider(Books, TimeProvider.System, TimeSpan.FromMilliseconds(50));
        runner = new FulfilmentRunner(
            Store, Aggregates, new DueFulfilments(Store), provider, new SimulatedCarrier(), new InMemoryReactionCheckpoint(),
            Letters, options, TimeProvider.System, (what, failure) => Failures.Enqueue($"{what}: {failure}"));
        await runner.Start(CancellationToken.None);
    }

    /// <summary>As after a crash: nothing of the old process's memory is left, the checkpoint is the oldest possible.</summary>
    public async Task Restart()
    {
        await runner.DisposeAsync();
        await Aggregates.DisposeAsync();
        Aggregates = new Aggregates(Store, new EngineOptions { DueScan = TimeSpan.FromMilliseconds(20) });
        await StartRunner();
    }

    public Task<CommandOutcome> Send(string id, Command command) => Aggregates.Execute(
        id, command,
        new CommandContext(Tenant, Ids.Derive("test", $"{Interlocked.Increment(ref commands)}"), "test", Ids.Derive("correlation", id)),
        CancellationToken.None);

    /// <summary>Places an order of two SKUs, 3 x 1,000 and 1 x 500, with stock for it unless told otherwise.</summary>
    public async Task Place(string orderId, string method, bool stocked = true)
    {
        if (stocked)
        {
            await Send("tea", new ReceiveStock(3, DateTimeOffset.UnixEpoch));
            await Send("cup", new ReceiveStock(1, DateTimeOffset.UnixEpoch));
        }
        ImmutableArray<LineItem> lines = [new("tea", 3, 1_000, "Tea"), new("cup", 1, 500, null)];
        var outcome = await Send(orderId, new CreateOrder(
            orderId, "customer", "EUR", method, null, "DE", lines, true, TimeProvider.System.GetUtcNow()));
        Assert.IsType<CommandOutcome.Done>(outcome);
    }

    public async Task<TState> State<TState>(string id)
        where TState : class =>
        (await Aggregates.Load<TState>(Tenant, id, PointInTime.Latest, CancellationToken.None)).State;

    /// <summary>Waits until the order's saga rests, and then until every reaction to the log is done.</summary>
    public async Task<FulfilmentState> WaitForRest(string orderId)
    {
        await Until(async () => await State<FulfilmentState>(orderId)
            is FulfilmentState.Completed or FulfilmentState.Compensated or FulfilmentState.Parked);
        await WaitForReactions();
        return await State<FulfilmentState>(orderId);
    }

    public Task WaitForReactions() => Until(async () => runner.Position == await Store.ReadEnd(CancellationToken.None));

    public async Task<List<LedgerEntry>> Ledger()
    {
        var entries = new List<LedgerEntry>();
        await foreach (var entry in Books.ReadAll(CancellationToken.None))
            entries.Add(entry);
        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        await runner.DisposeAsync();
        await Aggregates.DisposeAsync();
    }

    public async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(deadline.IsCancellationRequested, $"not reached in {Patience}: {string.Join("; ", Failures.Take(5))}");
            await Store.WaitBeyond(await Store.ReadEnd(CancellationToken.None), TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }
    }
}
