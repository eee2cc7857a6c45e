using OrleansOrders.Cli.Client;
using OrleansOrders.Domain;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Load;

/// <summary>Prepares, sends, waits for rest, and verifies. Interrupted while it sends or later, it still reports what it measured.</summary>
internal sealed class LoadRun(LoadOptions options, ApiClient api, Progress progress, TimeProvider time)
{
    private readonly string run = Ids.Text(Guid.NewGuid())[..8];

    /// <summary>Judges the database at the end, given the last order that was acknowledged; nobody does when it is null.</summary>
    public Func<string?, CancellationToken, Task<LoadVerdict>>? Verify { get; init; }

    public async Task<LoadReport> Run(CancellationToken stop)
    {
        var goods = new LoadGoods(options.Skus, options.Seed);
        var preparation = new LoadPreparation(options, goods, run, api, progress, time);
        var prepared = await preparation.Run(stop);
        using var http = new LoadHttp(api.Url, options.Connections);
        var requests = new LoadRequests(options, goods, http, run, preparation.Placed, preparation.Delivered) { Ended = () => progress.Advance() };
        var (outcome, lags, cpu) = await Send(requests, http, stop);
        var (settled, verdict) = await Judge(requests.LastOrder, outcome.IsInterrupted, stop);
        return new LoadReport(
            api.Url.ToString(), run, options.Seed, options.RatePerSecond, Math.Round(outcome.Lasted.TotalSeconds, 1),
            outcome.IsInterrupted, prepared, outcome.Arrivals, outcome.NotSent, outcome.NotSent + requests.Errors,
            LatencyReport.Of(requests.Latency), LatencyReport.Of(outcome.SendDelay),
            Math.Round(cpu.TotalMicroseconds / Math.Max(1, outcome.Arrivals)),
            [.. Enum.GetValues<LoadKind>().Select(kind => KindReport.Of(kind, requests[kind])).Where(kind => kind.Count > 0)],
            lags.Largest, lags.Latest, settled is { } rest ? Math.Round(rest.TotalSeconds, 1) : null, verdict.Verdict, verdict.Report);
    }

    private async Task<(OpenLoopOutcome Outcome, LagWatch Lags, TimeSpan Cpu)> Send(LoadRequests requests, LoadHttp http, CancellationToken stop)
    {
        var lags = new LagWatch(http);
        using var end = new CancellationTokenSource();
        var watching = lags.Follow(end.Token);
        progress.Begin("requests", (long)(options.RatePerSecond * options.Duration.TotalSeconds), () => FormattableString.Invariant(
            $", p99 {requests.Latency.Percentile(0.99).TotalMilliseconds:0.0} ms, {requests.Errors} errors, lag {lags.Latest?.ProjectionEvents.ToString() ?? "?"}"));
        var before = Environment.CpuUsage.TotalTime;
        var outcome = await new OpenLoop(new OpenLoopOptions(options.RatePerSecond, options.Duration, options.Seed)).Run(requests.Send, stop);
        var cpu = Environment.CpuUsage.TotalTime - before;
        await end.CancelAsync();
        await watching;
        if (!outcome.IsInterrupted)
            await lags.Look(CancellationToken.None);
        return (outcome, lags, cpu);
    }

    private async Task<(TimeSpan? Settled, LoadVerdict Verdict)> Judge(string? lastOrder, bool isInterrupted, CancellationToken stop)
    {
        if (isInterrupted)
            return (null, LoadVerdict.NotRun("interrupted"));
        TimeSpan? settled = null;
        try
        {
            var started = time.GetTimestamp();
            await new Settlement(api, progress, time).WaitForRest(stop);
            settled = time.GetElapsedTime(started);
            progress.End();
            return (settled, Verify is null ? LoadVerdict.NotRun("--no-verify") : await Verify(lastOrder, stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (settled, LoadVerdict.NotRun("interrupted"));
        }
        catch (Failure restless)
        {
            // What was measured until then is worth saying all the same.
            return (settled, LoadVerdict.NotRun(restless.Message));
        }
    }
}
