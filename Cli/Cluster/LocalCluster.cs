using System.Text.Json;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

namespace OrleansOrders.Cli.Cluster;

/// <summary>What the cluster on this machine is started with.</summary>
/// <param name="Silos">How many, at least 1.</param>
/// <param name="Gateway">Arguments of the gateway: where it listens, and with which keys.</param>
internal sealed record LocalClusterOptions(DatabaseLogins Logins, int Silos, IReadOnlyList<string> Gateway, string DashboardPassword,
    string MasterKeyFile);

/// <summary>The cluster edition on this machine: silos and a gateway as processes of their own, on free ports.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<KeptSilo> _silos;
    private readonly ChildProgram _gateway;

    private LocalCluster(IReadOnlyList<KeptSilo> silos, ChildProgram gateway) => (_silos, _gateway) = (silos, gateway);

    /// <summary>The gateway's; no slash at the end.</summary>
    public string Url { get; private set; } = "";

    public int GatewayProcess => _gateway.Id;

    public IReadOnlyList<SiloAddresses> Silos { get; private set; } = [];

    /// <summary>Completes when no process is left.</summary>
    public Task Ended => Task.WhenAll(_silos.Select(silo => silo.Ended).Append(_gateway.Ended));

    /// <summary>Starts the processes and returns when all of them are ready and requests are answered.</summary>
    /// <exception cref="Failure">One of them cannot start; the rest are stopped again.</exception>
    public static async Task<LocalCluster> Start(
        LocalClusterOptions options, ClusterPrograms programs, Action<string> report, CancellationToken cancellation)
    {
        var environment = new Dictionary<string, string>(options.Logins.ToEnvironment())
        {
            [DashboardPassword.Variable] = options.DashboardPassword,
            [MasterKeySetting.Variable] = options.MasterKeyFile,
        };
        var silos = Enumerable.Range(1, options.Silos).Select(number => new KeptSilo(
            ports => ChildProgram.Start($"silo {number}", programs.Silo, ["--address", "127.0.0.1", .. ports], environment, report), report)).ToList();
        var cluster = new LocalCluster(silos, ChildProgram.Start("gateway", programs.Gateway, options.Gateway, environment, report));
        try
        {
            await cluster.WaitUntilReady(cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The gateway first, so that it can finish what it has taken; then the silos.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
    }

    private async Task WaitUntilReady(CancellationToken cancellation)
    {
        var silos = new List<SiloAddresses>();
        foreach (var silo in _silos)
            silos.Add(SiloAddresses.From(await silo.Ready.WaitAsync(cancellation), silo.Id));
        Silos = silos;
        Url = (await _gateway.Ready.WaitAsync(cancellation)).GetProperty("url").GetString()!;
        using var client = new HttpClient();
        while (!await IsReady(client, cancellation))
        {
            if (_gateway.Ended.IsCompleted)
                throw new Failure(ExitCodes.Unreachable, "The gateway has ended before it found a silo.");
            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    private async Task<bool> IsReady(HttpClient client, CancellationToken cancellation)
    {
        try
        {
            using var reply = await client.GetAsync($"{Url}/health/ready", cancellation);
            return reply.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

/// <summary>Where a silo is reached.</summary>
/// <param name="Silo">By other silos.</param>
/// <param name="Gateway">By Orleans clients.</param>
internal sealed record SiloAddresses(string Silo, string Gateway, string Health, string? Dashboard, int Process)
{
    public static SiloAddresses From(JsonElement said, int process) => new(
        Text(said, "silo")!, Text(said, "gateway")!, Text(said, "health")!, Text(said, "dashboard"), process);

    private static string? Text(JsonElement said, string name) => said.GetProperty(name).GetString();
}
