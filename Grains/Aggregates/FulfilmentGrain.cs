using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.Feed;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Aggregates;

/// <summary>
/// One order's saga: its journal, and its driving. Driving awaits providers and other grains, and interleaves with commands;
/// commands are decided one at a time all the same.
/// </summary>
[GrainType("fulfilment")]
internal sealed class FulfilmentGrain(GrainServices services, SagaServices saga)
    : AggregateGrain<FulfilmentState, FulfilmentCommand, Fulfilment>(services), IFulfilmentGrain, IFulfilmentDriver, IRemindable
{
    private const string Reminder = "wake";

    // One drive at a time: two would perform the same step side by side.
    private readonly SemaphoreSlim driving = new(1, 1);
    private readonly SemaphoreSlim deciding = new(1, 1);
    private OrderReactions? reactions;
    private IGrainTimer? timer;
    private IGrainReminder? reminder;

    public Task<CommandReply> Retry(RetryFulfilment command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Skip(SkipCompensationStep command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Compensate(Compensate command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Advance(FulfilmentCommand command, CommandKey key) => Execute(command, key);

    // The call filter lets the feed's calls pass, which carry no identity: whose the events are is looked at here.
    public Task React(FeedEvent[] events)
    {
        var (tenant, id) = Names();
        RecordedEvent[] recorded = [.. events.Select(sent => sent.ToRecorded())];
        return Array.TrueForAll(recorded, one => one.Stream.Tenant == tenant && one.Stream.Id == id)
            ? Drive(recorded)
            : throw new InvalidOperationException("An event of another order or tenant was sent to a fulfilment.");
    }

    /// <summary>Only sets the timer: a drive that ran in here would keep its own commands out.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        reminder ??= await this.GetReminder(reminderName);
        SetTimer(TimeSpan.Zero);
    }

    protected override async Task<CommandReply> Decide(FulfilmentCommand command, CommandContext context)
    {
        await deciding.WaitAsync();
        try
        {
            return await base.Decide(command, context);
        }
        finally
        {
            deciding.Release();
        }
    }

    private async Task Drive(IReadOnlyList<RecordedEvent> events)
    {
        await driving.WaitAsync();
        try
        {
            var (tenant, id) = Names();
            reactions ??= saga.ReactionsThrough(new SagaAggregates(
                saga.Aggregates, id, async (command, context) => (await Decide(command, context)).ToOutcome(),
                async () => (await ReadKnown()).ToLoaded(), async () => (await Read()).ToLoaded()));
            await WakeAt(await reactions.React(tenant, id, events, saga.Stopping));
        }
        finally
        {
            driving.Release();
        }
    }

    private async Task DriveOnTime()
    {
        try
        {
            await Drive([]);
        }
        catch (Exception failure) when (failure is not UnreadableEventException && !saga.Stopping.IsCancellationRequested)
        {
            SetTimer(SagaServices.AfterFailure); // nobody else comes before the reminder
            throw;
        }
    }

    /// <summary>The timer is on time; the reminder outlives the silo. The deadline itself is in the saga.</summary>
    private async Task WakeAt(DateTimeOffset? at)
    {
        timer?.Dispose();
        timer = null;
        if (at is null)
        {
            if (reminder is not null)
                await this.UnregisterReminder(reminder);
            reminder = null;
            return;
        }
        var wait = at.Value - saga.Time.GetUtcNow();
        wait = wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        SetTimer(wait);
        reminder = await this.RegisterOrUpdateReminder(Reminder, wait + SagaServices.ReminderSlack, SagaServices.ReminderPeriod);
    }

    private void SetTimer(TimeSpan wait)
    {
        timer?.Dispose();
        timer = this.RegisterGrainTimer(DriveOnTime, new GrainTimerCreationOptions(wait, Timeout.InfiniteTimeSpan) { Interleave = true });
    }
}
