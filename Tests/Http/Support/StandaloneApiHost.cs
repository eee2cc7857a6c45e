using OrleansOrders.Engine;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Providers;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Http;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Http.Support;

/// <summary>The standalone edition in this process: log, engine, saga runner and read models on a database of their own, and the API.</summary>
public sealed class StandaloneApiHost : IApiHost, IAsyncLifetime
{
    private readonly Parts _parts = new();
    private PostgresEventStore _store = null!;
    private TestDatabase _database = null!;

    public Uri BaseAddress => Server.BaseAddress;

    internal ApiServer Server { get; private set; } = null!;

    internal Aggregates Aggregates { get; private set; } = null!;

    internal PostgresReadModels ReadModels { get; private set; } = null!;

    internal Webhooks Webhooks { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var time = TimeProvider.System;
        var database = _database = _parts.Keep(await TestDatabase.Create(EventStoreSchema.Migrations, EngineSchema.Migrations, ReadModelsSchema.Migrations));
        var store = _store = _parts.Keep(new PostgresEventStore(database.DataSource, new EventStoreOptions(), time));
        var personal = await MasterKeySetting.Open(database.DataSource, TestKeys.Master, null, time, CancellationToken.None);
        var options = new EngineOptions { Personal = personal, RefundLimits = RefundApprovalContract.Limits };
        Aggregates = _parts.Keep(new Aggregates(store, options));
        ReadModels = _parts.Keep(new PostgresReadModels(
            database.ConnectionString, store, time, new ReadModelsOptions { SealRepair = personal!.SealFor(store) }));
        _parts.Keep(await ProjectionHost.Start(ReadModels));
        var erasures = _parts.Keep(new Erasures(database.DataSource, database.ConnectionString, store, ReadModels, personal!, time, (_, _) => { }));
        var provider = new SimulatedPaymentProvider(new PostgresProviderBooks(database.DataSource), time, TimeSpan.FromMilliseconds(50));
        var runner = _parts.Keep(new FulfilmentRunner(
            store, Aggregates, ReadModels, provider, new SimulatedCarrier(), new PostgresReactionCheckpoint(database.DataSource, "fulfilment"),
            new PostgresReactionLetters(new DeadLetters(database.DataSource)), options, time, (_, _) => { }));
        await runner.Start(CancellationToken.None);
        var audit = _parts.Keep(new AuditTrail(database.DataSource, time));
        Webhooks = new Webhooks(database.DataSource, store, personal!, time);
        _parts.Keep(new WebhookSender(
            store, database.DataSource, personal!, "standalone", WebhookContract.Options, time, (_, _) => { }, _ => { })).Start();
        var api = new ApiOptions { Personal = personal, Erasures = erasures, Webhooks = Webhooks };
        Server = _parts.Keep(await ApiServer.Start(Aggregates, ReadModels, api, audit: audit));
    }

    public void Authenticate(HttpRequestMessage request, string tenant) => Server.Authenticate(request, tenant);

    public Task AppendForeign(string streamType, string id, string storedName, string data) =>
        ForeignEvents.Append(_store, "default", streamType, id, storedName, data);

    public Task<IReadOnlyList<string>> FindStored(string text) => StoredRows.With(_database, text);

    public Task DisposeAsync() => _parts.DisposeAsync().AsTask();
}

/// <summary>One host for all suites: it is the same product that they judge.</summary>
[CollectionDefinition(Name)]
public sealed class StandaloneApi : ICollectionFixture<StandaloneApiHost>
{
    public const string Name = "standalone api";
}
