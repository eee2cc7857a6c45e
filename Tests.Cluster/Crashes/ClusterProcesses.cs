using OrleansOrders.Hosting;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Crashes;

/// <summary>The cluster edition as it really runs: silos and a gateway, each a process of its own, on a database of its own.</summary>
public class ClusterProcesses : IAsyncLifetime
{
    private readonly List<OrdersProcess> _silos = [];
    private OrdersProcess? _gateway;

    internal TestDatabase Database { get; private set; } = null!;

    /// <summary>Through the gateway. An answer is waited for longer than a command may take.</summary>
    internal HttpClient Client { get; private set; } = null!;

    /// <summary>The silos that were not ended, oldest first.</summary>
    internal IReadOnlyList<OrdersProcess> Silos => _silos;

    /// <summary>What the gateway has logged.</summary>
    internal string GatewayLog => string.Join('\n', _gateway!.Error);

    /// <summary>What the programs are told beside the database.</summary>
    private protected virtual (string Name, string Value)[] Environment => [];

    public virtual async Task InitializeAsync()
    {
        Database = await TestDatabase.Create([.. Schema.Sets]);
        await Task.WhenAll(AddSilo(), AddSilo());
        _gateway = Start("orders-gateway", "--port", "0");
        var ready = await _gateway.WaitForReady();
        Client = new HttpClient { BaseAddress = new Uri(ready.GetProperty("url").GetString()!), Timeout = TimeSpan.FromSeconds(40) };
        await AwaitReady();
    }

    public virtual async Task DisposeAsync()
    {
        Client?.Dispose();
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
        await Database.DisposeAsync();
    }

    /// <summary>Starts a silo and returns when it has joined.</summary>
    internal async Task<OrdersProcess> AddSilo()
    {
        var silo = Start("orders-silo", "--silo-port", "0", "--gateway-port", "0", "--http-port", "0", "--dashboard-port", "0");
        lock (_silos)
            _silos.Add(silo); // at once, so that one that does not become ready is ended with the others
        await silo.WaitForReady();
        return silo;
    }

    /// <summary>Forgets silos that have ended, and starts others until there are <paramref name="count"/>.</summary>
    internal async Task Restore(int count)
    {
        _silos.RemoveAll(silo => silo.HasExited);
        while (_silos.Count < count)
            await AddSilo();
        while (_silos.Count > count)
            await Remove(_silos[^1]);
    }

    internal async Task Remove(OrdersProcess silo)
    {
        _silos.Remove(silo);
        var exitCode = await silo.Terminate();
        Assert.True(exitCode == 0, $"exit code {exitCode}: {string.Join('\n', silo.Error)}");
    }

    /// <summary>What every test ends with: the whole database, looked at by the product's own judge.</summary>
    internal async Task AssertVerified()
    {
        await using var verify = Start("orders", "verify", "--json");
        var exitCode = await verify.WaitForExit();
        Assert.True(exitCode == 0, string.Join('\n', [.. verify.Output, .. verify.Error]));
    }

    private Task AwaitReady() => Eventually.True(async () =>
    {
        using var ready = await Client.GetAsync("/health/ready");
        return ready.IsSuccessStatusCode;
    });

    private OrdersProcess Start(string program, params string[] arguments) =>
        OrdersProcess.StartProgram(program, arguments, [("ORDERS_POSTGRES", Database.ConnectionString), .. Environment]);
}
