namespace OrleansOrders.Grains.Feed;

/// <summary>The feed begins when the silo takes calls, and ends before it stops taking them.</summary>
internal sealed class FeedLifetime(Func<LogFeed> create) : ILifecycleParticipant<ISiloLifecycle>
{
    private LogFeed? feed;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(LogFeed), ServiceLifecycleStage.Active,
        _ =>
        {
            feed = create();
            feed.Start();
            return Task.CompletedTask;
        },
        _ => feed?.DisposeAsync().AsTask() ?? Task.CompletedTask);
}

/// <summary>Says that the silo is going, before anything else of it goes.</summary>
internal sealed class SiloStop : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource stopping = new();

    public CancellationToken Token => stopping.Token;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(SiloStop), ServiceLifecycleStage.Last, _ => Task.CompletedTask, _ => stopping.CancelAsync());

    public void Dispose() => stopping.Dispose();
}
