using System.Net;
using System.Net.Sockets;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Tests.Support;
using OrleansOrders.Tests.Verify;

namespace OrleansOrders.Tests.Cli.Import;

/// <summary>The server, or the import itself, is killed in the middle, without warning.</summary>
public sealed class ImportSurvivesKillTests
{
    [Fact, Trait("tier", "faults")]
    public async Task Killed_restarted_and_imported_again_the_totals_are_the_same()
    {
        var path = GeneratedFile.Write(seed: 23, invoices: 150);
        var totals = IndependentTotals.Of(path);
        await using var database = await TestDatabase.Create();
        var url = $"http://127.0.0.1:{FreePort()}";

        // Killed twice under one import, which goes on each time that the server is back.
        await using var first = await Serve(database, url);
        var importing = ImportRunner.Run(path, url);
        await Eventually.True(async () => await Orders(database) > 10);
        await first.Kill();
        Assert.False(importing.IsCompleted, "The server was killed too late to prove anything.");
        await using var second = await Serve(database, url);
        await Eventually.True(async () => importing.IsCompleted || await Orders(database) > 60);
        await second.Kill();
        await using var third = await Serve(database, url);
        await importing;
        var again = await ImportRunner.Run(path, url);

        Assert.Equal(0, again.GetProperty("sales").GetProperty("new").GetInt64());
        Assert.Equal(totals.GoodInvoices.Count, again.GetProperty("sales").GetProperty("fulfilments").GetProperty("completed").GetInt64());
        await ImportTests.AssertSales(url, totals);
        Assert.Equal(0, await third.Terminate());
        var verified = await VerificationTests.Run(database);
        Assert.True(verified.Ok, string.Join('\n', verified.Invariants.SelectMany(invariant => invariant.First)));
        File.Delete(path);
    }

    [Fact]
    public async Task An_import_that_was_killed_goes_on_where_it_stopped()
    {
        var path = GeneratedFile.Write(seed: 31, invoices: 120);
        var totals = IndependentTotals.Of(path);
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        await using (var import = OrdersProcess.Start(["import", path, "--url", host.BaseUrl, "--concurrency", "2"]))
        {
            await Eventually.True(async () => await Orders(database) > 10);
            await import.Kill();
        }

        var sales = (await ImportRunner.Run(path, host.BaseUrl)).GetProperty("sales");

        Assert.InRange(sales.GetProperty("alreadyThere").GetInt64(), 10, totals.GoodInvoices.Count - 1);
        Assert.Equal(totals.GoodInvoices.Count, sales.GetProperty("alreadyThere").GetInt64() + sales.GetProperty("new").GetInt64());
        await ImportTests.AssertSales(host.BaseUrl, totals);
        File.Delete(path);
    }

    private static Task<long> Orders(TestDatabase database) =>
        database.Query<long>("select count(*) from streams where stream_id like 'order-%'");

    private static async Task<OrdersProcess> Serve(TestDatabase database, string url)
    {
        var server = OrdersProcess.Start(
            ["serve", "--port", new Uri(url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--json"],
            ("ORDERS_POSTGRES", database.ConnectionString));
        await Eventually.True(() => server.Output.Count > 0);
        return server;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
