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
    private (string Name, string Value)[] toPublish = [];
    private TopicTail? tail;

    public TestDatabase Database { get; private set; } = null!;

    public MockCluster? Broker { get; private set; }

    public ServerAddress Address { get; } = new("");

    public string ConnectionString => Database.ConnectionString;

    public IReadOnlyList<OrdersProcess> Silos => silos;

    public string Log => string.Join('\n', silos.Append(gateway).SelectMany(program => program?.Error.TakeLast(15) ?? []));

    public Func<Task<IReadOnlyList<string>>>? Published => Broker is null ? null : ComparePublished;

    public static Task<ClusterShop> Open(params SiloStart[] starts) => Open(shop => shop.CreateDatabase(), starts);

    /// <summary>With a broker, where every event goes, and read models that are kept from there.</summary>
    /// <param name="settings">Lines for the client, besides the broker's address.</param>
    public static Task<ClusterShop> OpenPublishing(params string[] settings) => Open(
        async shop =>
        {
            await shop.CreateDatabase();
            shop.OpenBroker(settings);
        },
        [new SiloStart(), new SiloStart()]);

    /// <summary>With two silos, a gateway and a database of another release, as long as nobody brings them up to this one.</summary>
    public static Task<ClusterShop> OpenRelease(string release) => Open(
        async shop =>
        {
            shop.Database = await TestDatabase.Create();
            await shop.Migrate(release);
        },
        [new SiloStart { Folder = release }, new SiloStart { Folder = release }]);

    /// <summary>Brings the database up to what the programs in a folder need, with whatever is running.</summary>
    public async Task Migrate(string release)
    {
        var migrating = OrdersProcess.StartElsewhere(release, [], "orders", ["migrate"], Environment);
        Assert.True(await migrating.WaitForExit() == 0, string.Join('\n', migrating.Error));
    }

    /// <summary>Starts a gateway, sends everybody there, and stops the one that there was.</summary>
    public async Task ReplaceGateway(string release)
    {
        var before = gateway;
        gateway = OrdersProcess.StartElsewhere(
            release, [], "orders-gateway", ["--port", "0", "--keys", folder.Below("keys.json")], [("ORDERS_POSTGRES", ConnectionString)]);
        Address.Url = (await gateway.WaitForReady()).GetProperty("url").GetString()!;
        if (before is not null)
            Assert.Equal(0, await before.Terminate());
    }

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

    private (string Name, string Value)[] Environment => [("ORDERS_POSTGRES", ConnectionString), .. toPublish];

    private static async Task<ClusterShop> Open(Func<ClusterShop, Task> prepare, SiloStart[] starts)
    {
        var shop = new ClusterShop();
        try
        {
            Tenants.WriteKeys(shop.folder.Below("keys.json"));
            await prepare(shop);
            await Task.WhenAll(starts.Select(shop.AddSilo));
            await shop.ReplaceGateway(starts[0].Folder);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    private async Task CreateDatabase() => Database = await TestDatabase.Create([.. Schema.Sets]);

    private void OpenBroker(string[] settings)
    {
        File.WriteAllLines(folder.Below("kafka.settings"), settings);
        Broker = new MockCluster();
        toPublish = [("ORDERS_KAFKA", Broker.BootstrapServers), ("ORDERS_KAFKA_SETTINGS", folder.Below("kafka.settings"))];
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
