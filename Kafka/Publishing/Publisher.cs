using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>
/// Publishes every committed event, in the order of the log, at least once. Any number of processes may run one: the
/// database lets one of them publish at a time, and another takes over when its lease runs out.
/// </summary>
/// <remarks>
/// What goes wrong is tried again for ever and shown by <see cref="PublisherStatus"/>; an event that Kafka refuses for good
/// parks its stream as a dead letter of the consumer <c>publisher</c>. Memory is bounded by <see cref="KafkaOptions"/>,
/// however long the broker is away.
/// </remarks>
public sealed class Publisher : IAsyncDisposable
{
    private readonly PublisherContext context;
    private readonly TopicsAhead ahead;
    private readonly LetterRelay letters;
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    /// <param name="database">With <see cref="EventStoreSchema.Migrations"/> applied. Stays the caller's.</param>
    /// <param name="store">The log in that database. Stays the caller's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public Publisher(KafkaOptions options, NpgsqlDataSource database, IEventStore store, ILogger<Publisher> log, TimeProvider time)
    {
        var state = new PublisherState();
        var owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():n}";
        context = new PublisherContext(
            options.Checked(), store, new PublisherLease(database, owner), new ParkedStreams(new DeadLetters(database), PublisherStatus.Consumer),
            state, new PublisherMetrics(state, time), new PublisherLog(log), time);
        ahead = new TopicsAhead(database);
        letters = new LetterRelay(context, new LetterAnnouncements(database));
    }

    /// <summary>Begins, and returns at once.</summary>
    public void Start() => running = Task.Run(() => Run(stopping.Token));

    /// <summary>Waits for what is on its way no longer than it takes to write the checkpoint, and gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        context.Metrics.Dispose();
        stopping.Dispose();
    }

    private async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await context.Lease.Renew(context.Options.Lease, stop) is { } tenure)
                    await Hold(tenure, stop);
                else
                    await Task.Delay(context.Options.Lease / 4, context.Time, stop);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                context.Log.LeaseFailed(failure);
                await Pause(stop);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                // The end of the loop says it all.
            }
        }
        await Leave();
    }

    /// <summary>Publishes for as long as the lease lasts.</summary>
    private async Task Hold(PublisherTenure tenure, CancellationToken stop)
    {
        context.Log.Begins(tenure.Epoch, tenure.Position);
        context.State.Is(PublisherState.Starting);
        using var held = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var keeper = new LeaseKeeper(context, tenure.Epoch);
        var keeping = Task.WhenAll(keeper.Run(held), letters.Run(held.Token));
        var carefulUntil = 0L;
        while (!held.IsCancellationRequested)
        {
            try
            {
                carefulUntil = Math.Max(carefulUntil, await Publish(tenure.Epoch, carefulUntil, held.Token));
            }
            catch (Exception) when (held.IsCancellationRequested)
            {
                break;
            }
            catch (EpochOverException)
            {
                break;
            }
            catch (Exception failure)
            {
                Explain(failure);
                await keeper.Tell(held.Token);
                await Pause(held.Token);
            }
        }
        await held.CancelAsync();
        await keeping;
    }

    /// <returns>Up to which position messages have to go one by one from now on.</returns>
    private async Task<long> Publish(long epoch, long carefulUntil, CancellationToken stop)
    {
        var setup = new TopicSetup(context.Options);
        var topics = await setup.Prepare(stop);
        context.State.Warn(topics.Warning);
        if (topics.Obstacle is { } obstacle)
            throw new SendFailedException(obstacle);
        // Nobody waits for this: what it finds is said, and publishing goes on.
        _ = setup.FindWrongSettings(wrong => context.State.Warn(TopicSetup.Join(topics.Warning, wrong)));
        var open = await ahead.Note(await new LastMessages(context.Options, context.Store).FindAhead(stop), stop);
        if (open.Count > 0)
            throw new TopicsAheadException(open, await context.Store.ReadEnd(stop));
        if (await context.Lease.Renew(context.Options.Lease, stop) is not { } tenure || tenure.Epoch != epoch)
            throw new EpochOverException();
        context.State.Is(PublisherState.Publishing);
        using var session = new PublisherSession(context, tenure, await context.Lease.ReadParts(stop), carefulUntil, stop);
        try
        {
            await session.Run();
            return carefulUntil;
        }
        catch (MessageRefusedException refused)
        {
            return refused.Until;
        }
    }

    private void Explain(Exception failure)
    {
        switch (failure)
        {
            case TopicsAheadException found:
                context.State.Is(PublisherState.Ahead, found.Message, found.AheadBy);
                break;
            case KafkaException { Error.Code: ErrorCode.Local_Transport or ErrorCode.Local_TimedOut or ErrorCode.Local_AllBrokersDown } away:
                context.State.Trouble(away.Error.Reason);
                break;
            default:
                context.State.Is(PublisherState.Blocked, Causes.Of(failure is SendFailedException or KafkaException ? failure.Message : Causes.Of(failure)));
                break;
        }
        context.Log.Stands(context.State.Now.State, context.State.Now.Error ?? "");
    }

    private Task Pause(CancellationToken stop) =>
        Task.Delay(context.Options.Patience, context.Time, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private async Task Leave()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), context.Time);
            await context.Lease.Leave(limit.Token);
        }
        catch (Exception failure)
        {
            // It runs out by itself.
            context.Log.LeaseFailed(failure);
        }
    }
}
