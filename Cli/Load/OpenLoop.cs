using System.Diagnostics;

namespace OrleansOrders.Cli.Load;

/// <summary>One request that is due.</summary>
/// <param name="Number">From 0, in the order of arrival.</param>
/// <param name="Due">When it arrives, a timestamp of <see cref="Stopwatch"/>; latency counts from here.</param>
public readonly record struct Arrival(long Number, long Due)
{
    /// <summary>The time since it was due, whenever it was really sent.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(Due);
}

/// <param name="RatePerSecond">The mean number of arrivals.</param>
/// <param name="Duration">How long they go on.</param>
/// <param name="Seed">The same seed gives the same arrivals.</param>
public sealed record OpenLoopOptions(double RatePerSecond, TimeSpan Duration, int Seed)
{
    /// <summary>Arrivals beyond this many that wait for their reply are not sent. Default 10,000.</summary>
    public int MostInFlight { get; init; } = 10_000;

    /// <summary>How long the last replies are waited for. Default 35 s.</summary>
    public TimeSpan LongestDrain { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>The same, when it was interrupted. Default 10 s.</summary>
    public TimeSpan LongestDrainInterrupted { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>What an open loop did.</summary>
/// <param name="Arrivals">How many were due, sent or not.</param>
/// <param name="NotSent">How many were not sent, because too many waited for their reply.</param>
/// <param name="Lasted">From the first moment to the end of arrivals.</param>
/// <param name="SendDelay">How late arrivals were sent, by this process's own fault or the machine's; part of every latency.</param>
public sealed record OpenLoopOutcome(long Arrivals, long NotSent, TimeSpan Lasted, LatencyHistogram SendDelay, bool IsInterrupted);

/// <summary>
/// Sends requests when they are due, never when others have been answered: a server that stalls gets its requests all the
/// same, and each of them waits as long as a customer would. The schedule is <see cref="ArrivalSchedule"/>'s.
/// </summary>
public sealed class OpenLoop(OpenLoopOptions options)
{
    private readonly InFlight inFlight = new(options.MostInFlight);
    private readonly LatencyHistogram sendDelay = new();
    private Exception? failure;
    private long notSent;

    /// <summary>To be called once.</summary>
    /// <param name="send">
    /// Called on one thread, one arrival after the other, so what it does before it first waits must be little. Cancelled
    /// when its reply is not waited for any longer. Must not throw: the first exception ends the loop.
    /// </param>
    /// <param name="stop">Ends the arrivals; those that are under way still get their replies.</param>
    public async Task<OpenLoopOutcome> Run(Func<Arrival, CancellationToken, Task> send, CancellationToken stop)
    {
        using var abort = new CancellationTokenSource();
        var outcome = await Task.Factory.StartNew(
            () => SendAll(send, abort.Token, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var drained = inFlight.Close();
        var limit = outcome.IsInterrupted ? options.LongestDrainInterrupted : options.LongestDrain;
        if (await Task.WhenAny(drained, Task.Delay(limit, CancellationToken.None)) != drained)
            await abort.CancelAsync();
        await drained;
        return failure is null ? outcome : throw new InvalidOperationException("A request failed in a way nobody foresaw.", failure);
    }

    private OpenLoopOutcome SendAll(Func<Arrival, CancellationToken, Task> send, CancellationToken abort, CancellationToken stop)
    {
        var schedule = new ArrivalSchedule(options.RatePerSecond, options.Seed);
        var started = Stopwatch.GetTimestamp();
        var number = 0L;
        for (var due = schedule.Next(); due < options.Duration && Volatile.Read(ref failure) is null; due = schedule.Next())
        {
            var arrival = new Arrival(number, started + (long)(due.TotalSeconds * Stopwatch.Frequency));
            if (!PreciseSleep.Until(arrival.Due, stop))
                break;
            number++;
            sendDelay.Record(arrival.Elapsed);
            if (inFlight.TryEnter())
                _ = Follow(send, arrival, abort);
            else
                notSent++;
        }
        var isInterrupted = Volatile.Read(ref failure) is not null
            || !PreciseSleep.Until(started + (long)(options.Duration.TotalSeconds * Stopwatch.Frequency), stop);
        return new OpenLoopOutcome(number, notSent, Stopwatch.GetElapsedTime(started), sendDelay, isInterrupted);
    }

    private async Task Follow(Func<Arrival, CancellationToken, Task> send, Arrival arrival, CancellationToken abort)
    {
        try
        {
            await send(arrival, abort);
        }
        catch (Exception unforeseen)
        {
            Interlocked.CompareExchange(ref failure, unforeseen, null);
        }
        finally
        {
            inFlight.Leave();
        }
    }
}
