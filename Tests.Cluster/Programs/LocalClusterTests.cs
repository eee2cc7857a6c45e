using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Programs;

/// <summary>`orders serve --silos`: the cluster on one machine, as one command.</summary>
public sealed class LocalClusterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Data => folder.Below("data");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_cluster_outlives_a_silo_starts_it_again_and_leaves_nothing_running()
    {
        var (server, client) = await Serve(2);
        await using var stopping = server;
        var said = await Programs.Ready(server);
        Assert.Equal("cluster", said.GetProperty("edition").GetString());
        var processes = Processes(said);
        Assert.Equal(3, processes.Count);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(said.GetProperty("dashboardPassword").GetString()!));
        await Receive(client, "before");

        Assert.Equal(0, await OrdersProcess.Shell($"kill -KILL {processes[1]}"));
        await Eventually.True(() => server.Error.Any(line => line.StartsWith("orders: silo ", StringComparison.Ordinal)));
        Assert.Contains(server.Error, line => line.Contains($"pid {processes[1]}", StringComparison.Ordinal));
        await Receive(client, "after");
        await Eventually.True(() => server.Error.Any(line => line.Contains("runs again", StringComparison.Ordinal)));
        var health = said.GetProperty("silos")[0].GetProperty("health").GetString();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(health)).StatusCode);

        Assert.Equal(ExitCodes.Ok, await server.Terminate());
        Assert.Equal(1, await OrdersProcess.Shell($"kill -0 {string.Join(" ", processes)} 2>/dev/null"));
    }

    [Fact, Trait("tier", "faults")]
    public async Task What_a_killed_command_leaves_ends_by_itself_and_the_next_one_starts_at_once()
    {
        var (killed, client) = await Serve(1);
        var processes = Processes(await Programs.Ready(killed));
        await Receive(client, "first");
        Assert.Equal(0, await OrdersProcess.Shell($"kill -KILL {processes[1]}"));
        await killed.Kill();
        var (server, again) = await Serve(1);
        await using var stopping = server;
        await Receive(again, "second");
        var stock = await again.GetFromJsonAsync<JsonElement>("/v1/stock/tea");
        Assert.Equal(20, stock.GetProperty("available").GetInt32());
        await Eventually.True(async () => await OrdersProcess.Shell($"kill -0 {processes[0]} 2>/dev/null") != 0);
        await killed.DisposeAsync();
    }

    [Fact]
    public async Task A_taken_port_is_refused_before_anything_is_started()
    {
        await using var database = await TestDatabase.Create([.. Schema.Sets]);
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var refused = OrdersProcess.Start(["serve", "--silos", "1", "--port", $"{port}", "--data", Data]);
        Assert.Equal(ExitCodes.Unreachable, await refused.WaitForExit());
        Assert.Contains($"Port {port} is in use", Assert.Single(refused.Error), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    private async Task<(OrdersProcess Process, HttpClient Client)> Serve(int silos)
    {
        var server = OrdersProcess.Start(["serve", "--silos", $"{silos}", "--port", "0", "--json", "--data", Data]);
        var ready = await Programs.Ready(server);
        return (server, new HttpClient { BaseAddress = new Uri(ready.GetProperty("url").GetString()!) });
    }

    /// <summary>The gateway's, then the silos'.</summary>
    private static List<int> Processes(JsonElement said) =>
    [
        said.GetProperty("gatewayProcess").GetInt32(),
        .. said.GetProperty("silos").EnumerateArray().Select(silo => silo.GetProperty("process").GetInt32()),
    ];

    private static async Task Receive(HttpClient client, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/stock/tea/receipts") { Content = JsonContent.Create(new { quantity = 10 }) };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
