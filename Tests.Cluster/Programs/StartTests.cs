using System.Net;
using System.Net.Sockets;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Programs;

/// <summary>A program that cannot work says so in one line that names the fix, before it has changed anything.</summary>
public sealed class StartTests
{
    private const string Nowhere = "Host=/nowhere;Username=nobody;Database=orders;Timeout=2";

    [Theory]
    [InlineData("orders-silo", "--silo-port eight", "--silo-port")]
    [InlineData("orders-silo", "--gateway-port 70000", "--gateway-port")]
    [InlineData("orders-silo", "--address 0.0.0.0", "--address")]
    [InlineData("orders-silo", "--cluster a/b", "--cluster")]
    [InlineData("orders-silo", "--prot 1", "'--prot'")]
    [InlineData("orders-gateway", "--port -1", "--port")]
    [InlineData("orders-gateway", "--urls http://0.0.0.0:8080", "--keys")]
    [InlineData("orders-gateway", "--keys /nowhere/keys.json", "--keys")]
    public async Task Wrong_usage_is_refused(string program, string arguments, string named) => await Programs.Fails(
        OrdersProcess.StartProgram(program, arguments.Split(' '), ("ORDERS_POSTGRES", Nowhere)), ExitCodes.BadInput, named);

    [Theory]
    [InlineData("orders-silo", "ORDERS_SILO_PORT", "eight")]
    [InlineData("orders-silo", "ORDERS_DASHBOARD_PASSWORD", "short")]
    [InlineData("orders-silo", "ORDERS_POSTGRES", "nonsense")]
    [InlineData("orders-gateway", "ORDERS_POSTGRES", "")]
    public async Task A_wrong_environment_is_refused_by_name(string program, string variable, string value)
    {
        (string, string)[] environment = [("ORDERS_POSTGRES", Nowhere), (variable, value)];
        await Programs.Fails(OrdersProcess.StartProgram(program, [], environment), ExitCodes.BadInput, variable);
    }

    [Theory]
    [InlineData("orders-silo")]
    [InlineData("orders-gateway")]
    public async Task A_database_that_is_not_there_is_named(string program)
    {
        await using var other = await TestDatabase.Create();
        var missing = other.ConnectionString.Replace(other.Name, $"{other.Name}_missing", StringComparison.Ordinal);
        await Programs.Fails(OrdersProcess.StartProgram(program, [], ("ORDERS_POSTGRES", missing)), ExitCodes.Unreachable, "orders migrate");
        await Programs.Fails(OrdersProcess.StartProgram(program, [], ("ORDERS_POSTGRES", Nowhere)), ExitCodes.Unreachable, "ORDERS_POSTGRES");
    }

    [Fact]
    public async Task A_database_without_tables_is_told_to_migrate_and_gets_none()
    {
        await using var database = await TestDatabase.Create();
        await Task.WhenAll(
            Programs.Fails(Programs.Silo(database), ExitCodes.DataUnusable, "orders migrate"),
            Programs.Fails(Programs.Gateway(database), ExitCodes.DataUnusable, "orders migrate"));
        Assert.True(await database.Query<bool>("select to_regclass('schema_versions') is null or not exists (select from schema_versions)"));
        Assert.True(await database.Query<bool>("select to_regclass('events') is null"));
    }

    [Theory]
    [InlineData("delete from schema_migrations where name = 'views/orleansquery.sql'", "orders migrate")]
    [InlineData("update schema_migrations set checksum = 'another' where name = 'functions/append_batch.sql'", "append_batch.sql")]
    [InlineData("update schema_versions set version = 999 where \"set\" = 'orleans'", "newer program")]
    public async Task A_database_of_another_version_is_left_alone(string change, string named)
    {
        await using var database = await TestDatabase.Create([.. Schema.Sets]);
        await database.Execute(change);
        const string Fingerprint = "select md5(string_agg(m::text, ',' order by m.\"set\", m.name)) from schema_migrations m";
        var before = await database.Query<string>(Fingerprint);
        await Task.WhenAll(
            Programs.Fails(Programs.Silo(database), ExitCodes.DataUnusable, named),
            Programs.Fails(Programs.Gateway(database), ExitCodes.DataUnusable, named));
        Assert.Equal(before, await database.Query<string>(Fingerprint));
        Assert.Equal(0L, await database.Query<long>("select count(*) from orleans_silos"));
    }

    [Theory]
    [InlineData("--silo-port")]
    [InlineData("--gateway-port")]
    [InlineData("--http-port")]
    public async Task A_taken_port_is_named(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        await using var database = await TestDatabase.Create([.. Schema.Sets]);
        await Programs.Fails(Programs.Silo(database, option, port), ExitCodes.Unreachable, port);
    }
}
