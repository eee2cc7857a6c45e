using System.Diagnostics;

namespace OrleansOrders.Cli.Bench;

/// <summary>Time and processor time of a piece of work: this process's, the server's, and that of the programs it started.</summary>
internal readonly record struct Stretch(TimeSpan Elapsed, TimeSpan Clients, TimeSpan Server)
{
    /// <param name="others">Processes that take part besides this one.</param>
    public static async Task<Stretch> Measure(BenchServer server, Func<Task> work, params int[] others)
    {
        GC.Collect();
        var serverBefore = server.Processor;
        var before = OfClients(others);
        var watch = Stopwatch.StartNew();
        await work();
        var elapsed = watch.Elapsed;
        return new Stretch(elapsed, OfClients(others) - before, server.Processor - serverBefore);
    }

    /// <summary>As a rate of so many units.</summary>
    public Measured Rate(double units, double? batch = null) => new(
        units / Elapsed.TotalSeconds, (Clients + Server).TotalMicroseconds / units, Server.TotalMicroseconds / units, batch);

    /// <summary>As a latency that so many requests led to.</summary>
    public Measured Latency(TimeSpan latency, long requests) => new(
        latency.TotalMilliseconds, (Clients + Server).TotalMicroseconds / requests, Server.TotalMicroseconds / requests);

    private static TimeSpan OfClients(int[] others) =>
        Environment.CpuUsage.TotalTime + TimeSpan.FromTicks(others.Sum(process => ProcessorTime.OfTree(process).Ticks));
}
