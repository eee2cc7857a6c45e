using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Programs;

public sealed class DashboardTests(DashboardSilo silo) : IClassFixture<DashboardSilo>
{
    [Theory]
    [InlineData("")]
    [InlineData("index.min.js")]
    [InlineData("DashboardCounters")]
    [InlineData("GrainState?grainId=a&grainType=b")]
    [InlineData("Trace")]
    [InlineData("health/ready")]
    [InlineData("nowhere")]
    public async Task Every_path_asks_who_is_there(string path)
    {
        using var anonymous = await silo.Get(path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal("Basic", Assert.Single(anonymous.Headers.WwwAuthenticate).Scheme);
        Assert.Empty(await anonymous.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("orders:")]
    [InlineData("orders:correct-horse-batter")]
    [InlineData("orders:correct-horse-battery2")]
    [InlineData("Orders:correct-horse-battery")]
    [InlineData("correct-horse-battery")]
    public async Task Wrong_credentials_are_turned_away(string credentials)
    {
        using var refused = await silo.Get("", credentials);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task The_right_ones_see_the_page_and_the_silo_but_no_trace()
    {
        const string Right = $"orders:{Programs.Password}";
        using var page = await silo.Get("", Right);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        using var script = await silo.Get("index.min.js", Right);
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);
        using var trace = await silo.Get("Trace", Right);
        Assert.Equal(HttpStatusCode.Forbidden, trace.StatusCode);
        await Eventually.True(async () =>
        {
            using var counters = await silo.Get("DashboardCounters?exclude=none", Right);
            var body = JsonSerializer.Deserialize<JsonElement>(await counters.Content.ReadAsStringAsync());
            return body.GetProperty("hosts").EnumerateArray().Any(host => host.GetProperty("siloAddress").GetString()!.Contains(silo.Address, StringComparison.Ordinal));
        });
    }
}

/// <summary>One silo with a dashboard.</summary>
public sealed class DashboardSilo : IAsyncLifetime
{
    private readonly HttpClient client = new();

    private TestDatabase? database;
    private OrdersProcess? silo;

    public string Address { get; private set; } = "";

    public async Task InitializeAsync()
    {
        database = await TestDatabase.Create([.. Schema.Sets]);
        silo = OrdersProcess.StartProgram(
            "orders-silo", ["--silo-port", "0", "--gateway-port", "0", "--http-port", "0", "--dashboard-port", "0"],
            ("ORDERS_POSTGRES", database.ConnectionString), ("ORDERS_DASHBOARD_PASSWORD", Programs.Password));
        var ready = await Programs.Ready(silo);
        Address = ready.GetProperty("silo").GetString()!;
        client.BaseAddress = new Uri(ready.GetProperty("dashboard").GetString()!);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await silo!.DisposeAsync();
        await database!.DisposeAsync();
    }

    /// <param name="credentials">User, colon, password; null sends none.</param>
    public async Task<HttpResponseMessage> Get(string path, string? credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (credentials is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        return await client.SendAsync(request);
    }
}
