namespace OrleansOrders.Cli.Bench.Headlines;

/// <summary>
/// R6t: what tracing costs. R6 with every order traced and sent to a collector, beside R6 without: two servers of the product,
/// each on a database of its own, that take turns.
/// </summary>
internal sealed class TracingContest : IContest
{
    private readonly TraceSink sink;
    private readonly FulfilmentContest traced;
    private readonly FulfilmentContest plain;
    private readonly Action<string> report;

    private TracingContest(TraceSink sink, FulfilmentContest traced, FulfilmentContest plain, Action<string> report) =>
        (this.sink, this.traced, this.plain, this.report) = (sink, traced, plain, report);

    public Headline Headline { get; } = new(
        "R6t", "events/s of R6 with every order traced and sent to a collector that throws it away", "R6 without tracing", "events/s", 0.9, 0.95);

    public static async Task<TracingContest> Create(BenchServer bench, Action<string> report, CancellationToken cancellation)
    {
        var sink = await TraceSink.Start(cancellation);
        var traced = await FulfilmentContest.Standalone(bench, report, cancellation, sink.Variables);
        return new TracingContest(sink, traced, await FulfilmentContest.Standalone(bench, report, cancellation), report);
    }

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) => plain.RunProduct(time, cancellation);

    public async Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation)
    {
        var before = sink.Bytes;
        var measured = await traced.RunProduct(time, cancellation);
        if (sink.Bytes == before)
            throw new InvalidOperationException("Nothing was traced: the figure would say nothing.");
        report($"R6t: {(sink.Bytes - before) / 1024.0:n0} KiB of spans");
        return measured;
    }

    public async ValueTask DisposeAsync()
    {
        await traced.DisposeAsync();
        await plain.DisposeAsync();
        await sink.DisposeAsync();
    }
}
