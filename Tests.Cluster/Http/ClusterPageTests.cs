using OrleansOrders.Cli.Seed;
using OrleansOrders.Http;
using OrleansOrders.Tests.Browser;
using OrleansOrders.Tests.Browser.Support;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Cluster.Http;

/// <summary>The cluster edition's page.</summary>
[Collection(ClusterApi.Name)]
public sealed class ClusterPageTests(ClusterApiHost host) : PageContract, IAsyncLifetime
{
    private ClusterPageHost _page = null!;

    private protected override IPageHost Host => _page;

    public async Task InitializeAsync() => _page = PageBrowser.Executable is null ? null! : await host.ShowPage();

    public Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>A gateway with sample orders, and a browser.</summary>
internal sealed class ClusterPageHost : IPageHost, IAsyncDisposable
{
    private readonly ApiServer _server;

    private ClusterPageHost(ApiServer server, PageBrowser browser, IReadOnlyDictionary<Fate, string> orders) =>
        (_server, Browser, Orders) = (server, browser, orders);

    public Uri Url => _server.BaseAddress;

    public string Edition => "cluster";

    public PageBrowser Browser { get; }

    public IReadOnlyDictionary<Fate, string> Orders { get; }

    public static async Task<ClusterPageHost> Start(ClusterApiHost host)
    {
        var server = await ApiServer.Start(
            host.Aggregates, host.ReadModels,
            new ApiOptions { Edition = "cluster", Environment = "test", Silos = () => 1, Webhooks = host.Webhooks }, audit: host.Audit);
        return new ClusterPageHost(server, await PageBrowser.Start(), await Samples.Send(server.BaseAddress));
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await _server.DisposeAsync();
    }
}
