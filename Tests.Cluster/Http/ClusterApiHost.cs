using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.EventStore;
using OrleansOrders.Grains;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Hosting;
using OrleansOrders.Http;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Cluster.Support;
using OrleansOrders.Tests.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Http;

/// <summary>The cluster edition on a database of its own: a silo, and the gateway as its client over TCP.</summary>
public sealed class ClusterApiHost : IApiHost, IAsyncLifetime
{
    private readonly Parts _parts = new();
    private PostgresEventStore _store = null!;
    private Task<ClusterPageHost>? _page;
    private TestDatabase _database = null!;

    public Uri BaseAddress => Server.BaseAddress;

    internal ApiServer Server { get; private set; } = null!;

    internal IAggregates Aggregates { get; private set; } = null!;

    internal PostgresReadModels ReadModels { get; private set; } = null!;

    internal Webhooks Webhooks { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var time = TimeProvider.System;
        var database = _database = _parts.Keep(await TestDatabase.Create([.. Schema.Sets]));
        var personal = (await MasterKeySetting.Open(database.DataSource, TestKeys.Master, null, time, CancellationToken.None))!;
        var silo = _parts.Keep(await TestSilo.Start(database, options: new OrdersSiloOptions(database.ConnectionString)
        {
            SlowPayment = TimeSpan.FromMilliseconds(50),
            Webhooks = WebhookContract.Options,
            Engine = new EngineOptions
            {
                Personal = new PersonalTexts(new PersonalKeyTable(database.DataSource), TestKeys.Master, time),
                RefundLimits = RefundApprovalContract.Limits,
            },
        }));
        var client = _parts.Keep(await TestClient.Connect(silo));
        var store = _store = _parts.Keep(new PostgresEventStore(database.DataSource, new EventStoreOptions(), time));
        var history = _parts.Keep(new Aggregates(store, new EngineOptions { Personal = personal }));
        ReadModels = _parts.Keep(new PostgresReadModels(
            database.ConnectionString, store, time, new ReadModelsOptions { SealRepair = personal.SealFor(store) }));
        Aggregates = new GrainAggregates(client.Cluster, history, time, TimeSpan.FromSeconds(15));
        Audit = _parts.Keep(new AuditTrail(database.DataSource, time));
        var erasures = _parts.Keep(new Erasures(database.DataSource, database.ConnectionString, store, ReadModels, personal, time, (_, _) => { }));
        Webhooks = new Webhooks(database.DataSource, store, personal, time);
        var api = new ApiOptions { Personal = personal, Erasures = erasures, Webhooks = Webhooks };
        Server = _parts.Keep(await ApiServer.Start(Aggregates, ReadModels, api, audit: Audit));
    }

    internal AuditTrail Audit { get; private set; } = null!;

    /// <summary>The page over this cluster, with sample orders; one for all who look.</summary>
    internal Task<ClusterPageHost> ShowPage() => _page ??= Start();

    public void Authenticate(HttpRequestMessage request, string tenant) => Server.Authenticate(request, tenant);

    public Task AppendForeign(string streamType, string id, string storedName, string data) =>
        ForeignEvents.Append(_store, "default", streamType, id, storedName, data);

    public Task<IReadOnlyList<string>> FindStored(string text) => StoredRows.With(_database, text);

    public Task DisposeAsync() => _parts.DisposeAsync().AsTask();

    private async Task<ClusterPageHost> Start() => _parts.Keep(await ClusterPageHost.Start(this));
}

/// <summary>One host for all suites: it is the same product that they judge.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterApi : ICollectionFixture<ClusterApiHost>
{
    public const string Name = "cluster api";
}
