using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Faults;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Faults;

/// <summary>How one silo is started.</summary>
internal sealed record SiloStart(params (string Name, string Value)[] Environment)
{
    /// <summary>A command that becomes the silo, in surroundings of its own.</summary>
    public IReadOnlyList<string> Within { get; init; } = [];

    public string Address { get; init; } = "127.0.0.1";

    public string Folder { get; init; } = AppContext.BaseDirectory;
}

/// <summary>The cluster edition as processes: silos and a gateway, with a broker where one is asked for.</summary>
internal sealed class ClusterShop : IShop
{
    private readonly TemporaryFolder folder = new();
    private readonly List<OrdersProcess> silos = [];
    private OrdersProcess? gateway;
    private TopicTail? tail;

    public TestDatabase Database { get; private set; } = null!;

    public MockCluster? Broker { get; private set; }

    public ServerAddress Address { get; } = new("");

    public string ConnectionString => Database.ConnectionString;

    public IReadOnlyList<OrdersProcess> Silos => silos;

    public string Log => string.Join('\n', silos.Append(gateway).SelectMany(program => program?.Error.TakeLast(15) ?? []));

    public Func<Task<IReadOnlyList<string>>>? Published => Broker is null ? null : ComparePublished;

    public static Task<ClusterShop> Open(params SiloStart[] starts) => Open(false, starts);

    /// <summary>With a broker, where every event goes, and read models that are kept from there.</summary>
    public static Task<ClusterShop> OpenPublishing() => Open(true, [new SiloStart(), new SiloStart()]);

    /// <summary>Starts a silo and returns when it has joined.</summary>
    public async Task<OrdersProcess> AddSilo(SiloStart? how = null)
    {
        var start = how ?? new SiloStart();
        var silo = OrdersProcess.StartElsewhere(
            start.Folder, start.Within, "orders-silo",
            ["--address", start.Address, "--silo-port", "0", "--gateway-port", "0", "--http-port", "0", "--dashboard-port", "0"],
            [.. Environment, .. start.Environment]);
        lock (silos)
            silos.Add(silo);
        await silo.WaitForReady();
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in silos.Append(gateway).OfType<OrdersProcess>().Where(program => !program.HasExited))
            await program.Kill();
        tail?.Dispose();
        if (Database is not null)
            await Database.DisposeAsync();
        Broker?.Dispose();
        folder.Dispose();
    }

    private (string Name, string Value)[] Environment =>
        [("ORDERS_POSTGRES", ConnectionString), .. Broker is null ? Array.Empty<(string, string)>() : [("ORDERS_KAFKA", Broker.BootstrapServers)]];

    private static async Task<ClusterShop> Open(bool publishes, SiloStart[] starts)
    {
        var shop = new ClusterShop();
        try
        {
            shop.Database = await TestDatabase.Create([.. Schema.Sets]);
            if (publishes)
                shop.OpenBroker();
            await Task.WhenAll(starts.Select(shop.AddSilo));
            Tenants.WriteKeys(shop.folder.Below("keys.json"));
            shop.gateway = OrdersProcess.StartProgram(
                "orders-gateway", ["--port", "0", "--keys", shop.folder.Below("keys.json")], ("ORDERS_POSTGRES", shop.ConnectionString));
            shop.Address.Url = (await shop.gateway.WaitForReady()).GetProperty("url").GetString()!;
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    private void OpenBroker()
    {
        Broker = new MockCluster();
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            Broker.CreateTopic(topic, PublishedEvents.Partitions);
        tail = new TopicTail(Broker.BootstrapServers);
    }

    private async Task<IReadOnlyList<string>> ComparePublished()
    {
        await Eventually.True(
            async () => await Database.Query<long>("select l.position - k.position from log l, kafka_publisher k") == 0, TimeSpan.FromSeconds(120));
        await tail!.CatchUp();
        await using var store = new PostgresEventStore(Database.DataSource, new EventStoreOptions(), TimeProvider.System);
        var log = new List<RecordedEvent>();
        while (await store.ReadLog(log.Count, 10_000, CancellationToken.None) is { Count: > 0 } batch)
            log.AddRange(batch);
        return PublishedLog.Compare(log.Where(recorded => PublishedEvents.Topics.Contains(PublishedEvents.TopicOf(recorded.Stream.Type))), tail.Messages);
    }
}
