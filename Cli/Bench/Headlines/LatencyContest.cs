using OrleansOrders.Cli.Load;

namespace OrleansOrders.Cli.Bench.Headlines;

/// <summary>
/// R2: how long a command takes from the moment when it is due until its durable reply has arrived over HTTP, at a given rate
/// that no slow reply slows down. Beside it, one durable row at the same rate. The command is a receipt of stock: one event, which
/// sets nothing else off.
/// </summary>
internal sealed class LatencyContest : IContest
{
    private const int Rate = 1_000;
    private const int Connections = 64;
    private const int Skus = 10_000;

    private readonly BenchDatabase database;
    private readonly BenchedServer server;
    private int rounds;

    private LatencyContest(BenchDatabase database, BenchedServer server) => (this.database, this.server) = (database, server);

    public Headline Headline { get; } = new(
        "R2", $"p99 of a command at {Rate:n0}/s, from due to durable reply over HTTP", "append_one.sql at the same rate", "ms", 4.0, 1.5) { LessIsBetter = true };

    public static async Task<LatencyContest> Create(BenchServer bench, Action<string> report, CancellationToken cancellation)
    {
        var database = await ReferenceLoad.CreateDatabase(bench, cancellation);
        return new LatencyContest(database, await BenchedServer.Start(database, Connections, report));
    }

    public async Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation)
    {
        await using var sessions = await ReferenceSessions.Open(database, "append_one", Connections, cancellation);
        return await Run(sessions.Execute, time, cancellation);
    }

    public Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation) => Run(
        (number, abort) => server.Post($"/v1/stock/bench-{number % Skus}/receipts", "{\"quantity\":5}"u8.ToArray(), abort), time, cancellation, server.ProcessId);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<Measured> Run(Func<long, CancellationToken, Task> command, TimeSpan time, CancellationToken cancellation, params int[] others)
    {
        var latencies = new LatencyHistogram();
        var loop = new OpenLoop(new OpenLoopOptions(Rate, time, Seed: rounds++ / 2));
        OpenLoopOutcome? outcome = null;
        var stretch = await Stretch.Measure(database.Server, async () => outcome = await loop.Run(async (arrival, abort) =>
        {
            await Task.Yield();
            await command(arrival.Number, abort);
            latencies.Record(arrival.Elapsed);
        }, cancellation), others);
        cancellation.ThrowIfCancellationRequested();
        if (outcome!.NotSent > 0)
            throw new InvalidOperationException($"{outcome.NotSent} of {outcome.Arrivals} requests could not be sent: this machine does not carry {Rate}/s.");
        return stretch.Latency(latencies.Percentile(0.99), outcome.Arrivals);
    }
}
