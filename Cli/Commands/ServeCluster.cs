using System.Diagnostics;
using Npgsql;
using OrleansOrders.Cli.Cluster;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

namespace OrleansOrders.Cli.Commands;

/// <summary>The cluster edition on this machine, until it is told to stop.</summary>
internal static class ServeCluster
{
    // Copies side by side find a port by themselves; a port that was asked for is taken or refused.
    private const string FurtherPorts = "100";

    public static async Task Serve(ServeOptions options, int silos, Terminal terminal, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var programs = ClusterPrograms.Find();
        if (options.Port is > 0 and var wanted && options.Urls.Count == 0 && !Ports.IsFree(wanted))
            throw WebServer.PortTaken($"Port {wanted}");
        await using var database = await Database.Own(
            new PrivatePostgresOptions(options.Data) { Fresh = options.Fresh, Report = terminal.Report }, stop);
        await Prepare(database, stop);
        var password = DashboardPassword.Of(options.Data);
        var masterKey = Path.GetFullPath(MasterKeySetting.FileFor(options.Data));
        var cluster = await LocalCluster.Start(
            new LocalClusterOptions(await ForSilos(database, stop), silos, GatewayArguments(options), password.Value, masterKey), programs,
            line => terminal.Report(line), stop);
        await using (cluster)
        {
            if (database.IsPrivate)
                ServerNote.Write(options.Data, cluster.Url);
            Announce(terminal, cluster, options, database, password, clock.Elapsed);
            await Task.WhenAny(cluster.Ended, Task.Delay(Timeout.InfiniteTimeSpan, stop));
            if (database.IsPrivate)
                ServerNote.Remove(options.Data);
            if (!stop.IsCancellationRequested)
                throw new Failure(ExitCodes.Unreachable, "Every process of the cluster has ended: see above why, and start it again.");
            terminal.Report("Stopping ...");
        }
    }

    private static async Task Prepare(Database database, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await Schema.Apply(source, stop, database.IsPrivate);
        if (!database.IsPrivate)
            return;
        // Nobody else serves this folder, so that what the table says of silos is about processes that were killed.
        await using var command = source.CreateCommand("select orleans_give_up_silos($1)");
        command.Parameters.AddWithValue(Environment.GetEnvironmentVariable(ClusterNames.ClusterVariable) is { Length: > 0 } given
            ? given
            : ClusterNames.Cluster);
        await command.ExecuteNonQueryAsync(stop);
    }

    // On a server of the program's own the children get a user for each kind of work, and none that may do everything.
    private static async Task<DatabaseLogins> ForSilos(Database database, CancellationToken stop)
    {
        if (!database.IsPrivate)
            return database.Logins;
        var connections = await database.Logins.Find(stop);
        return new DatabaseLogins(connections.Writer)
        {
            Given = new Dictionary<string, string>
            {
                [RoleNames.Projector] = connections.Projector,
                [RoleNames.Publisher] = connections.Publisher,
                [RoleNames.Reader] = connections.Reader,
            },
        };
    }

    private static List<string> GatewayArguments(ServeOptions options)
    {
        List<string> arguments = options.Urls.Count > 0
            ? ["--urls", string.Join(';', options.Urls)]
            : ["--port", $"{options.Port ?? CommonOptions.DefaultPort}"];
        if (options.Port is null)
            arguments.AddRange(["--further-ports", FurtherPorts]);
        if (options.KeysFile is { Length: > 0 } keys)
            arguments.AddRange(["--keys", keys]);
        return arguments;
    }

    private static void Announce(
        Terminal terminal, LocalCluster cluster, ServeOptions options, Database database, DashboardPassword password, TimeSpan elapsed)
    {
        var data = database.IsPrivate ? Path.GetFullPath(options.Data) : DatabaseAddress.Variable;
        terminal.Print(
            new
            {
                url = cluster.Url,
                data,
                edition = "cluster",
                seconds = Math.Round(elapsed.TotalSeconds, 1),
                gatewayProcess = cluster.GatewayProcess,
                silos = cluster.Silos,
                dashboardPassword = password.File ?? DashboardPassword.Variable,
            },
            output => output.WriteLine(
                $"""
                 OrleansOrders is ready after {elapsed.TotalSeconds:0.0} s (cluster edition, {cluster.Silos.Count} silos).

                   page      {cluster.Url}/
                   orders    {cluster.Url}/v1/orders
                   sales     {cluster.Url}/v1/reports/sales
                   OpenAPI   {cluster.Url}/openapi/v1.json
                   health    {cluster.Url}/health/ready  (gateway, pid {cluster.GatewayProcess})
                 {string.Join('\n', cluster.Silos.Select(Row))}
                   password  of the dashboards, user orders: {password.File ?? DashboardPassword.Variable}
                   data      {data}

                 Ctrl-C stops it; the data stays.
                 """));
    }

    private static string Row(SiloAddresses silo, int index) =>
        $"  silo {index + 1}    {silo.Gateway} for clients  health {silo.Health}  dashboard {silo.Dashboard}  (pid {silo.Process})";
}
