using System.Text.Json;
using Npgsql;

namespace OrleansOrders.Cli.Bench.Headlines;

/// <summary>
/// R6 and R6c: orders over HTTP to one of the editions in processes of its own, until every one of them is fulfilled and every read
/// model holds it. The unit is an event of the log, so that it compares with what PostgreSQL appends.
/// </summary>
internal sealed class FulfilmentContest : IContest
{
    // Of two silos and a gateway on two cores, more only ask for what nobody gets to.
    private const int CallersOfCluster = 48;
    private const int CallersOfOne = 256;
    private const int Lines = 3;
    private const int Skus = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BenchDatabase database;
    private readonly BenchedServer server;
    private readonly int callers;
    private readonly Action<string> report;
    private readonly byte[][] bodies = [.. Enumerable.Range(0, Skus).Select(Body)];
    private int sent;
    private long silosLost;

    private FulfilmentContest(BenchDatabase database, BenchedServer server, int callers, string id, string edition, Action<string> report)
    {
        (this.database, this.server, this.callers, this.report) = (database, server, callers, report);
        Headline = new Headline(
            id, $"events/s of orders of {Lines} lines, fulfilled and in every read model, over HTTP{edition}", "append_100.sql, 2 connections",
            "events/s", 0.08, 0.2);
    }

    public Headline Headline { get; }

    public static Task<FulfilmentContest> Standalone(BenchServer bench, Action<string> report, CancellationToken cancellation) =>
        Create(bench, "R6", "", silos: 0, report, cancellation);

    /// <summary>As processes on this machine; all of their processor time counts.</summary>
    public static Task<FulfilmentContest> Cluster(BenchServer bench, int silos, Action<string> report, CancellationToken cancellation) =>
        Create(bench, "R6c", $", to a gateway and {silos} silos", silos, report, cancellation);

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) =>
        ReferenceLoad.Run(database, "append_100", 2, 100, time, cancellation);

    public async Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation)
    {
        var before = await ReadEnd(cancellation);
        var stretch = await Stretch.Measure(database.Server, async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
            {
                while (TimeProvider.System.GetElapsedTime(started) < time)
                    await server.Post("/v1/orders", bodies[Interlocked.Increment(ref sent) % Skus], cancellation);
            }, cancellation)));
            await WaitForRest(cancellation);
        }, server.ProcessId);
        await WaitForIdle(cancellation);
        await TellOfLostSilos(cancellation);
        return stretch.Rate(await ReadEnd(cancellation) - before);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await database.DisposeAsync();
    }

    private static async Task<FulfilmentContest> Create(
        BenchServer bench, string id, string edition, int silos, Action<string> report, CancellationToken cancellation)
    {
        var database = await ReferenceLoad.CreateDatabase(bench, cancellation);
        var callers = silos > 0 ? CallersOfCluster : CallersOfOne;
        var contest = new FulfilmentContest(
            database, await BenchedServer.Start(database, callers, report, silos), callers, id, edition, report);
        for (var sku = 0; sku < Skus; sku++)
            await contest.server.Post($"/v1/stock/bench-{sku}/receipts", "{\"quantity\":1000000}"u8.ToArray(), cancellation);
        return contest;
    }

    private static byte[] Body(int order) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        customerId = $"customer-{order}",
        currency = "GBP",
        paymentMethod = "pm_ok",
        country = "United Kingdom",
        lines = Enumerable.Range(0, Lines).Select(line => new
        {
            sku = $"bench-{(order * 7 + line * 31) % Skus}", quantity = 1 + line, unitPrice = 255, description = "White hanging heart T-light holder",
        }),
    });

    // Where the cores are too busy, silos give each other up; what the others do alone is another figure.
    private async Task TellOfLostSilos(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select count(*) from orleans_silos where status = 6");
        var lost = (long)(await command.ExecuteScalarAsync(cancellation))!;
        if (lost > silosLost)
            report($"{Headline.Id}: silos that the others gave up in this round, because they had not answered in time: {lost - silosLost}");
        silosLost = lost;
    }

    private async Task<long> ReadEnd(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select position from log");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    // The log first, because counting costs: while it grows, nobody is at rest.
    private async Task WaitForRest(CancellationToken cancellation)
    {
        for (var (before, end) = (-1L, await ReadEnd(cancellation)); before != end || !await IsAtRest(cancellation);)
        {
            await Task.Delay(20, cancellation);
            (before, end) = (end, await ReadEnd(cancellation));
        }
    }

    // When an order is fulfilled, its customer is told and its events go to their topics: that is not what is counted here, and
    // must not go on while the reference has its turn.
    private async Task WaitForIdle(CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var before = ProcessorTime.OfTree(server.ProcessId); ;)
        {
            await Task.Delay(Look, cancellation);
            var now = ProcessorTime.OfTree(server.ProcessId);
            if (now - before < Idle)
                return;
            before = now;
            if (TimeProvider.System.GetElapsedTime(started) < Patience)
                continue;
            report($"{Headline.Id}: the product was still busy after {Patience.TotalSeconds} s, and took from the reference what it used");
            return;
        }
    }

    // Every read model at the log's end, and in it nothing but orders that are done.
    private async Task<bool> IsAtRest(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand(
            """
            select (select count(*) from customer_orders) = $1
                and not exists (select from fulfilment_board where status <> 'completed')
                and (select count(*) from fulfilment_board) = $1
                and (select min(position) from projections) = (select position from log)
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sent });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
