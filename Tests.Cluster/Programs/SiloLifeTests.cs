using System.Net;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Programs;

public sealed class SiloLifeTests : IAsyncLifetime
{
    private readonly HttpClient client = new();

    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.Create([.. Schema.Sets]);

    public async Task DisposeAsync()
    {
        client.Dispose();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_silo_says_that_it_is_ready_and_leaves_in_order()
    {
        await using var silo = Programs.Silo(database);
        var health = (await Programs.Ready(silo)).GetProperty("health").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(health)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(health.Replace("ready", "startup", StringComparison.Ordinal))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(health.Replace("ready", "live", StringComparison.Ordinal))).StatusCode);
        var metrics = health.Replace("health/ready", "metrics", StringComparison.Ordinal);
        await Eventually.True(async () => (await client.GetStringAsync(metrics)).Contains("orders_database_answers 1", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(health.Replace("ready", "other", StringComparison.Ordinal))).StatusCode);
        Assert.Equal(ExitCodes.Ok, await silo.Terminate());
        Assert.Empty(silo.Error);
        Assert.Equal(1L, await database.Query<long>("select count(*) from orleans_silos where status = 6"));
    }

    [Fact]
    public async Task A_silo_that_was_killed_joins_again_on_its_port_at_once()
    {
        await using var killed = Programs.Silo(database);
        var port = (await Programs.Ready(killed)).GetProperty("silo").GetString()!.Split(':')[1];
        await killed.Kill();
        await using var again = Programs.Silo(database, "--silo-port", port);
        await Programs.Ready(again);
        Assert.Equal("3,6", await database.Query<string>("select string_agg(status::text, ',' order by status) from orleans_silos"));
    }

    [Fact]
    public async Task Readiness_names_the_database_when_it_does_not_answer()
    {
        await using var proxy = new TestDatabaseProxy(database.ConnectionString);
        await using var silo = OrdersProcess.StartProgram(
            "orders-silo", ["--silo-port", "0", "--gateway-port", "0", "--http-port", "0"], ("ORDERS_POSTGRES", proxy.ConnectionString));
        var health = (await Programs.Ready(silo)).GetProperty("health").GetString()!;
        await proxy.DisposeAsync();
        using var notReady = await client.GetAsync(health);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        Assert.Contains("The database does not answer.", await notReady.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await silo.Kill();
    }

    [Fact]
    public async Task A_silo_with_other_settings_stops_while_the_cluster_runs_and_takes_over_when_it_has_ended()
    {
        await using (var first = Programs.Silo(database))
        {
            await Programs.Ready(first);
            await Programs.Fails(Programs.Silo(database, "--service", "another"), ExitCodes.BadInput, "service id (--service) orders");
            await using var elsewhere = Programs.Silo(database, "--service", "another", "--cluster", "elsewhere");
            await Programs.Ready(elsewhere);
            await using var alike = Programs.Silo(database);
            await Programs.Ready(alike);
        }
        await using var successor = Programs.Silo(database, "--service", "another");
        await Programs.Ready(successor);
    }

    [Theory]
    [InlineData(3, 0, "theirs")]
    [InlineData(2, 10, "theirs")]
    [InlineData(6, 0, "ours")]
    [InlineData(3, 60, "ours")]
    public async Task Settings_stand_for_as_long_as_a_silo_is_alive(int status, int secondsSilent, string standing)
    {
        await database.Execute($$"""
            insert into cluster_settings (cluster_id, settings) values ('c', '{"of": "theirs"}');
            insert into orleans_clusters (cluster_id) values ('c');
            insert into orleans_silos (cluster_id, address, port, generation, silo_name, host_name, status, proxy_port, started_at, alive_at)
            values ('c', '127.0.0.1', 1, 1, 's', 'h', {{status}}, 0, now(), now() - interval '{{secondsSilent}} seconds');
            """);
        Assert.Equal(standing, await database.Query<string>("""select claim_cluster_settings('c', '{"of": "ours"}', '15 seconds') ->> 'of'"""));
    }
}
