using System.Collections.Concurrent;
using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Notifications;

/// <summary>
/// Tells customers of what happened to their orders, once for each event: claims the event, sends, marks it. Only a crash
/// between sending and marking sends again, after the claim's end and under the same event id (docs/decisions).
/// </summary>
/// <remarks>Nobody orders it; it follows the events. Safe for several threads, as long as an event is in one at a time.</remarks>
public sealed class Notifications
{
    // What a message under way gets when the process stops: most need less, and a crash would cost the lease.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly IEventStore store;
    private readonly INotifier notifier;
    private readonly NotificationOptions options;
    private readonly TimeProvider time;
    private readonly NotificationTable table;
    private readonly NotificationComposer composer;

    // What has left but could not be marked yet, because the database was away.
    private readonly ConcurrentDictionary<(string Tenant, Guid EventId), bool> unmarked = [];

    /// <param name="database">Of a database that <see cref="EngineSchema.Migrations"/> was applied to. Stays the caller's.</param>
    public Notifications(
        IEventStore store, IAggregates aggregates, NpgsqlDataSource database, INotifier notifier, NotificationOptions options, TimeProvider time)
    {
        (this.store, this.notifier, this.options, this.time) = (store, notifier, options.Checked(), time);
        table = new NotificationTable(database, Guid.NewGuid());
        composer = new NotificationComposer(aggregates, options.Personal);
    }

    /// <summary>The order that the event tells of, or null when customers are not told of it, or not any more.</summary>
    public string? OrderOf(RecordedEvent recorded) =>
        recorded.OccurredAt >= time.GetUtcNow() - options.OldestNews ? NotificationSubject.Of(recorded)?.OrderId : null;

    /// <summary>Whether no repetition will help, as opposed to an outage: the event cannot be read, or the message was refused.</summary>
    public static bool IsPoison(Exception failure) =>
        failure is MessageRefusedException or UnreadableEventException;

    /// <summary>Tells the customer, unless that was done, cannot be done, or is nothing to tell. However old the event is.</summary>
    /// <exception cref="NotificationClaimedException">Somebody else may be telling just now.</exception>
    /// <exception cref="MessageRefusedException">The message will never be taken.</exception>
    /// <exception cref="UnreadableEventException">The event, or one that the message depends on, cannot be read.</exception>
    public async Task Handle(RecordedEvent recorded, CancellationToken cancellation)
    {
        if (NotificationSubject.Of(recorded) is not { } subject)
            return;
        if (unmarked.ContainsKey((subject.Tenant, subject.EventId)))
        {
            await Mark(subject);
            return;
        }
        using var span = EngineTelemetry.StartNotification(recorded, subject.Kind);
        var composed = await composer.Compose(subject, (await EventRepairs.Open(store, recorded, cancellation)).Event, cancellation);
        if (composed.NotSendable is { } reason)
        {
            await table.MarkNotSendable(subject, reason, cancellation);
            EngineTelemetry.Notification(subject.Kind, "not-sendable");
        }
        else if (composed.Message is { } message)
            await Send(subject, message, cancellation);
    }

    private async Task Send(NotificationSubject subject, CustomerMessage message, CancellationToken cancellation)
    {
        var claim = await table.Claim(subject, options.Lease, cancellation);
        if (!claim.IsMine)
        {
            if (claim.State == "claimed")
                throw new NotificationClaimedException(subject.EventId, claim.HeldFor);
            return;
        }
        try
        {
            await Send(message, cancellation);
        }
        catch (Exception failure)
        {
            EngineTelemetry.Notification(subject.Kind, failure is MessageRefusedException ? "refused" : "failed");
            await Release(subject);
            throw;
        }
        EngineTelemetry.Notification(subject.Kind, "sent");
        options.Sent?.Invoke(message);
        unmarked[(subject.Tenant, subject.EventId)] = true;
        await Mark(subject);
    }

    private async Task Send(CustomerMessage message, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.SendTimeout, time);
        await using var stop = cancellation.Register(() => limit.CancelAfter(Grace));
        try
        {
            await notifier.Notify(message, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The message did not leave within {options.SendTimeout.TotalSeconds:0.#} s.");
        }
    }

    // Not the caller's cancellation: what has left is to be marked even when the process is stopping.
    private async Task Mark(NotificationSubject subject)
    {
        await table.MarkSent(subject, CancellationToken.None);
        unmarked.TryRemove((subject.Tenant, subject.EventId), out _);
    }

    private async Task Release(NotificationSubject subject)
    {
        try
        {
            await table.Release(subject, CancellationToken.None);
        }
        catch (Exception)
        {
            // The claim ends by itself; what went wrong before is what the caller is told.
        }
    }
}

/// <summary>Somebody else has claimed the event and may be telling just now.</summary>
public sealed class NotificationClaimedException(Guid eventId, TimeSpan heldFor)
    : Exception($"Event {eventId} is claimed for another {heldFor.TotalSeconds:0.0} s.")
{
    /// <summary>When it is worth trying again.</summary>
    public TimeSpan HeldFor { get; } = heldFor;
}
