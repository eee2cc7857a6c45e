using Microsoft.Extensions.Logging;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>
/// The end of the log, read once for all live streams of this process, and only while there are any. A stream keeps nothing but
/// its place; one whose place is no longer in the window reads the log for itself, and few at a time do.
/// </summary>
internal sealed partial class LiveFeed(IReadModels readModels, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private const int ReplaysAtATime = 2;

    // A person's eye is the reader: many events at once cost less than each alone.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim replays = new(ReplaysAtATime);
    private readonly LiveEvent[] ring = new LiveEvent[ApiLimits.LiveWindow];
    private readonly LiveSeats seats = new();
    private TaskCompletionSource moved = NewSignal();
    private CancellationTokenSource? following;
    private Task follower = Task.CompletedTask;
    private long last;
    private int count;

    public int Streams => seats.Taken;

    /// <summary>Takes a place for a stream; <see cref="Leave"/> gives it back.</summary>
    /// <returns>Where the log ends now.</returns>
    /// <exception cref="ProblemException">503: there are as many as there may be.</exception>
    public async Task<long> Join(string tenant, CancellationToken cancellation)
    {
        seats.Take(tenant);
        try
        {
            var end = await readModels.LogTail.ReadEnd(cancellation);
            lock (gate)
            {
                if (following is null)
                    Follow(end);
            }
            return end;
        }
        catch
        {
            Leave(tenant);
            throw;
        }
    }

    public void Leave(string tenant)
    {
        seats.Leave(tenant);
        lock (gate)
        {
            if (following is null || seats.Taken > 0)
                return;
            following.Cancel();
            following.Dispose();
            following = null;
        }
    }

    /// <summary>What follows <paramref name="after"/> in the window; null when it is not there any more.</summary>
    public IReadOnlyList<LiveEvent>? Read(long after)
    {
        lock (gate)
        {
            if (after >= last)
                return [];
            if (after < last - count)
                return null;
            var events = new LiveEvent[Math.Min(ApiLimits.LiveBatch, last - after)];
            for (var i = 0; i < events.Length; i++)
                events[i] = ring[(after + 1 + i) % ring.Length];
            return events;
        }
    }

    /// <summary>What follows <paramref name="after"/>, from the log itself.</summary>
    public async Task<IReadOnlyList<LiveEvent>> ReadLog(long after, CancellationToken cancellation)
    {
        await replays.WaitAsync(cancellation);
        try
        {
            return Open(await readModels.LogTail.Read(after, ApiLimits.LiveBatch, cancellation));
        }
        finally
        {
            replays.Release();
        }
    }

    /// <summary>The end of what is in the window.</summary>
    public long Last
    {
        get
        {
            lock (gate)
                return last;
        }
    }

    /// <summary>Completes when the window has something after <paramref name="position"/>.</summary>
    public Task Beyond(long position)
    {
        lock (gate)
            return last > position ? Task.CompletedTask : moved.Task;
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            following?.Cancel();
            following = null;
        }
        await follower;
        replays.Dispose();
    }

    private void Follow(long end)
    {
        (last, count, following) = (end, 0, new CancellationTokenSource());
        var (earlier, stop) = (follower, following.Token);
        using var detached = ExecutionContext.SuppressFlow(); // it is no part of the request that happens to come first
        follower = Task.Run(async () =>
        {
            await earlier;
            while (!stop.IsCancellationRequested)
                await Extend(stop);
        });
    }

    private async Task Extend(CancellationToken stop)
    {
        try
        {
            if (!await readModels.LogTail.WaitBeyond(last, LongestWait, stop))
                return;
            var events = Open(await readModels.LogTail.Read(last, ApiLimits.LiveBatch, stop));
            Add(events, stop);
            if (events.Length < ApiLimits.LiveBatch)
                await Task.Delay(Gathering, time, stop);
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            LogFailed(log, failure.GetType().Name);
            await Task.Delay(PauseAfterError, time, stop).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        catch (Exception)
        {
            // Nobody follows any more.
        }
    }

    private void Add(LiveEvent[] events, CancellationToken stop)
    {
        lock (gate)
        {
            // Another reader may have begun meanwhile, somewhere else.
            if (stop.IsCancellationRequested || events.Length == 0)
                return;
            foreach (var added in events)
                ring[added.Position % ring.Length] = added;
            last = events[^1].Position;
            count = Math.Min(count + events.Length, ring.Length);
            moved.TrySetResult();
            moved = NewSignal();
        }
    }

    private static LiveEvent[] Open(IReadOnlyList<LogLine> lines) => [.. lines.Select(line => new LiveEvent(line))];

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log could not be read for the live streams and will be tried again: {Kind}")]
    private static partial void LogFailed(ILogger log, string kind);
}
