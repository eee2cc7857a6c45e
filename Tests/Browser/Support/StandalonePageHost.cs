using System.Net;
using System.Net.Sockets;
using OrleansOrders.Cli.Seed;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Browser.Support;

/// <summary>The standalone edition with sample orders, the same with keys for two tenants, and a browser.</summary>
public sealed class StandalonePageHost : IPageHost, IAsyncLifetime
{
    private readonly Parts _parts = new();

    Uri IPageHost.Url => Url;

    string IPageHost.Edition => "standalone";

    PageBrowser IPageHost.Browser => Browser;

    IReadOnlyDictionary<Fate, string> IPageHost.Orders => Orders;

    internal Uri Url => new(Host.BaseUrl);

    internal PageBrowser Browser { get; private set; } = null!;

    internal IReadOnlyDictionary<Fate, string> Orders { get; private set; } = null!;

    internal StandaloneHost Host { get; private set; } = null!;

    internal string Database { get; private set; } = "";

    public async Task InitializeAsync()
    {
        // The tests themselves say that they are left out.
        if (PageBrowser.Executable is null)
            return;
        var database = _parts.Keep(await TestDatabase.Create([.. Schema.Sets]));
        Database = database.ConnectionString;
        Host = _parts.Keep(await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString)
        {
            SlowPayment = TimeSpan.FromMilliseconds(50),
            MasterKey = TestKeys.Master,
            Webhooks = WebhookContract.Options,
            Web = new WebServerOptions { Api = new ApiOptions { Environment = "test" } },
        }));
        Browser = _parts.Keep(await PageBrowser.Start());
        Orders = await Samples.Send(Url);
    }

    /// <summary>A server over the same log that wants keys: <c>default</c> and <c>other</c> are tenants' keys of that name.</summary>
    internal async Task<WebServer> ServeWithKeys()
    {
        var logging = Logs.Create(Microsoft.Extensions.Logging.LogLevel.None);
        var keys = new KeyRing(new[] { "default", "other" }.Select(tenant => new ApiKey(tenant, ApiKeySecret.Hash(SecretOf(tenant)), tenant, Scopes.All.ToHashSet())));
        return await WebServer.Start(
            new WebServerOptions { Api = new ApiOptions { Keys = keys } }, Host.Aggregates, Host.ReadModels, new Http.Support.AuditInMemory(), logging, CancellationToken.None);
    }

    internal static string SecretOf(string tenant) => $"orders_{string.Concat(Enumerable.Repeat(tenant == "default" ? "a1" : "b2", 32))}";

    internal Task AppendForeign(string streamType, string id, string storedName, string data) =>
        ForeignEvents.Append(Host.Store, "default", streamType, id, storedName, data);

    public Task DisposeAsync() => _parts.DisposeAsync().AsTask();
}

/// <summary>One server and one browser for all that look at it.</summary>
[CollectionDefinition(Name)]
public sealed class StandalonePage : ICollectionFixture<StandalonePageHost>
{
    public const string Name = "standalone page";
}
