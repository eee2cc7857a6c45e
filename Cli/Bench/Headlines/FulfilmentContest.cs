namespace OrleansOrders.Cli.Bench.Headlines;

/// <summary>
/// R6 and R6c: orders over HTTP until every one of them is fulfilled and every read model holds it. The unit is an event of the log,
/// so that it compares with what PostgreSQL appends.
/// </summary>
internal sealed class FulfilmentContest : IContest
{
    // Of two silos and a gateway on two cores, more only ask for what nobody gets to.
    private const int CallersOfCluster = 48;
    private const int CallersOfOne = 256;

    private readonly BenchDatabase database;
    private readonly OrderLoad load;
    private readonly Action<string> report;
    private long silosLost;

    private FulfilmentContest(BenchDatabase database, OrderLoad load, string id, string edition, Action<string> report)
    {
        (this.database, this.load, this.report) = (database, load, report);
        Headline = new Headline(
            id, $"events/s of orders of three lines, fulfilled and in every read model, over HTTP{edition}", "append_100.sql, 2 connections",
            "events/s", 0.08, 0.2);
    }

    public Headline Headline { get; }

    /// <param name="variables">More of the environment, for the server; null for none.</param>
    public static Task<FulfilmentContest> Standalone(
        BenchServer bench, Action<string> report, CancellationToken cancellation, IReadOnlyDictionary<string, string>? variables = null) =>
        Create(bench, "R6", "", silos: 0, report, cancellation, variables);

    /// <summary>As processes on this machine; all of their processor time counts.</summary>
    public static Task<FulfilmentContest> Cluster(BenchServer bench, int silos, Action<string> report, CancellationToken cancellation) =>
        Create(bench, "R6c", $", to a gateway and {silos} silos", silos, report, cancellation);

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) =>
        ReferenceLoad.Run(database, "append_100", 2, 100, time, cancellation);

    public async Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation)
    {
        var before = await load.ReadEnd(cancellation);
        var stretch = await Stretch.Measure(database.Server, () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            return load.Place(() => TimeProvider.System.GetElapsedTime(started) < time, cancellation);
        }, load.ProcessId);
        if (!await load.WaitForIdle(cancellation))
            report($"{Headline.Id}: the product was still busy after a minute, and took from the reference what it used");
        await TellOfLostSilos(cancellation);
        return stretch.Rate(await load.ReadEnd(cancellation) - before);
    }

    public async ValueTask DisposeAsync()
    {
        await load.DisposeAsync();
        await database.DisposeAsync();
    }

    private static async Task<FulfilmentContest> Create(
        BenchServer bench, string id, string edition, int silos, Action<string> report, CancellationToken cancellation,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        var database = await ReferenceLoad.CreateDatabase(bench, cancellation);
        var load = await OrderLoad.Start(database, silos > 0 ? CallersOfCluster : CallersOfOne, report, cancellation, silos, variables: variables);
        return new FulfilmentContest(database, load, id, edition, report);
    }

    // Where the cores are too busy, silos give each other up; what the others do alone is another figure.
    private async Task TellOfLostSilos(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select count(*) from orleans_silos where status = 6");
        var lost = (long)(await command.ExecuteScalarAsync(cancellation))!;
        if (lost > silosLost)
            report($"{Headline.Id}: silos that the others gave up in this round, because they had not answered in time: {lost - silosLost}");
        silosLost = lost;
    }
}
