using OrleansOrders.Cli;
using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Load;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Load;

/// <summary>A whole load against the whole standalone edition.</summary>
public sealed class LoadRunTests
{
    [Fact]
    public async Task A_load_of_every_kind_is_carried_out_and_its_database_verified()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        var options = new LoadOptions(80, TimeSpan.FromSeconds(1.5), LoadMix.Parse("place=50,cancel=10,return=10,refund=10,read=20"), 20, 1, 64);
        var verification = new LoadVerification("", new Terminal(true, TextWriter.Null, TextWriter.Null), TimeProvider.System);

        var report = await Run(host, options, (order, cancellation) => verification.Judge(database.ConnectionString, order, cancellation));

        Assert.Equal((LoadVerdict.Holds, false), (report.Verify, report.IsInterrupted));
        // On a machine that is too busy a read may be told to come again, and nothing else.
        Assert.All(report.Kinds.SelectMany(kind => kind.Errors), error => Assert.Equal("503 projection-behind", error.Code));
        Assert.InRange(report.Arrivals, 80, 160);
        Assert.NotNull(report.SettledSeconds);
        Assert.InRange(report.Latency.P50, 0.1, report.Latency.P99);
        var kinds = report.Kinds.ToDictionary(kind => kind.Kind);
        Assert.Equal(["cancel", "deliver", "place", "read", "refund", "return", "ship"], kinds.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(report.Arrivals, report.Kinds.Where(kind => kind.Kind is not ("ship" or "deliver")).Sum(kind => kind.Count));
        Assert.Equal(kinds["place"].Done + report.Prepared.Orders, await Count(database, "order-created.v1"));
        Assert.Equal(kinds["cancel"].Done, await Count(database, "order-cancelled.v1"));
        Assert.Equal(kinds["return"].Done, await Count(database, "order-item-returned.v1"));
        Assert.True(kinds["return"].Done > 0 && kinds["refund"].Done > 0 && kinds["cancel"].Done > 0);
        var wrong = await verification.Judge(database.ConnectionString, "an order of another server", CancellationToken.None);
        Assert.StartsWith("not run: the database that can be reached from here is not the server's", wrong.Verdict, StringComparison.Ordinal);
    }

    private static async Task<LoadReport> Run(StandaloneHost host, LoadOptions options, Func<string?, CancellationToken, Task<LoadVerdict>> verify)
    {
        using var progress = new Progress(TextWriter.Null, false, TimeProvider.System);
        using var api = new ApiClient(new Uri(host.BaseUrl), 8, TimeSpan.FromSeconds(30), TimeProvider.System, _ => { });
        return await new LoadRun(options, api, progress, TimeProvider.System) { Verify = verify }.Run(CancellationToken.None);
    }

    private static Task<long> Count(TestDatabase database, string type) =>
        database.Query<long>($"select count(*) from events where type = '{type}'");
}
