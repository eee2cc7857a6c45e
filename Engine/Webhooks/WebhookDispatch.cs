using System.Collections.Concurrent;
using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>Sends what is due, side by side, and writes down what came of it. Each subscription has its own room.</summary>
/// <param name="onFailure">Told when something went wrong here, not at the receiver.</param>
internal sealed class WebhookDispatch(
    IEventStore store, NpgsqlDataSource database, WebhookPost post, WebhookRecords records, WebhookOptions options, TimeProvider time,
    Action<string, Exception> onFailure, Action<Guid, string> beganToFail)
{
    // Bodies are made from the log; more readers at a time would only be in the way of others.
    private const int Readers = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, Task> underWay = [];
    private readonly SemaphoreSlim readers = new(Readers);

    /// <summary>Something has ended, so that there is room again.</summary>
    public Wake Ended { get; } = new();

    /// <summary>Begins what is due, as far as there is room.</summary>
    /// <returns>How much that was.</returns>
    public async Task<int> Begin(IReadOnlyCollection<Subscription> subscriptions, CancellationToken stopping)
    {
        var total = options.TotalConcurrency - underWay.Count;
        var rooms = subscriptions.Select(subscription => (Of: subscription, Room: Math.Min(total, subscription.Room(options.Concurrency))))
            .Where(room => room.Room > 0).ToList();
        if (rooms.Count == 0)
            return 0;
        var due = await FindDue(rooms, stopping);
        var byId = rooms.ToDictionary(room => room.Of.Row.Id, room => room.Of);
        foreach (var delivery in due.Take(total))
        {
            var subscription = byId[delivery.WebhookId];
            subscription.Begin();
            var began = new TaskCompletionSource();
            underWay[delivery.Id] = Deliver(subscription, delivery, began.Task, stopping);
            began.SetResult();
        }
        return due.Count;
    }

    /// <summary>Completes when nothing that was begun is left.</summary>
    public async Task WhenIdle()
    {
        while (underWay.Values.ToArray() is { Length: > 0 } tasks)
            await Task.WhenAll(tasks);
    }

    private async Task<List<DueDelivery>> FindDue(List<(Subscription Of, int Room)> rooms, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await WebhookRows.Read(
            connection, "select * from find_due_webhook_deliveries($1, $2, $3, $4)",
            reader => new DueDelivery(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetGuid(3), reader.GetString(4), reader.GetInt32(5),
                WebhookRows.Time(reader, 6), reader.GetFieldValue<DateTimeOffset>(7)), cancellation,
            rooms.Select(room => room.Of.Row.Id).ToArray(), rooms.Select(room => room.Room).ToArray(), underWay.Keys.ToArray(), time.GetUtcNow());
    }

    private async Task Deliver(Subscription subscription, DueDelivery delivery, Task began, CancellationToken stopping)
    {
        await began; // not before it is noted, so that its end takes the note away
        await Task.Yield();
        try
        {
            var at = time.GetUtcNow();
            var result = await Post(subscription.Row, delivery, stopping);
            options.Answered?.Invoke(delivery.Id);
            if (result.Error is { } error && !subscription.IsFailing)
                beganToFail(subscription.Row.Id, error);
            subscription.IsFailing = result.Error is not null;
            var record = Judge(delivery, at, result);
            await records.Add(record);
            EngineTelemetry.WebhookAttempt(record.Status);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It is still pending, and the next sender's.
        }
        catch (Exception failure)
        {
            onFailure($"Webhook delivery {delivery.Id}", failure);
            await Task.Delay(Patience, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            subscription.End();
            underWay.TryRemove(delivery.Id, out _);
            Ended.Set();
        }
    }

    private async Task<PostResult> Post(SubscriptionRow subscription, DueDelivery delivery, CancellationToken stopping)
    {
        try
        {
            return await MakeBody(subscription, delivery, stopping) is { } body
                ? await post.Send(subscription.Url, delivery.EventId.ToString(), subscription.Secrets, body, stopping)
                : NotSent("event-missing");
        }
        catch (UnreadableEventException)
        {
            return NotSent("event-unreadable"); // until it is repaired, or a newer program reads it
        }
    }

    private async Task<byte[]?> MakeBody(SubscriptionRow subscription, DueDelivery delivery, CancellationToken stopping)
    {
        if (delivery.Type == WebhookBody.Ping)
            return WebhookBody.OfPing(delivery.EventId, delivery.CreatedAt);
        await readers.WaitAsync(stopping);
        try
        {
            var found = await store.ReadLog(delivery.Position - 1, 1, stopping);
            return found is [var recorded] && recorded.EventId == delivery.EventId && recorded.Stream.Tenant == subscription.Tenant
                ? await WebhookBody.Of(store, recorded, stopping)
                : null;
        }
        finally
        {
            readers.Release();
        }
    }

    private AttemptRecord Judge(DueDelivery delivery, DateTimeOffset at, PostResult result)
    {
        var number = delivery.Attempts + 1;
        if (result.Error is null)
            return new AttemptRecord(delivery.Id, number, at, result, "delivered", at);
        var next = time.GetUtcNow() + WebhookBackoff.After(delivery.Id, number, result.RetryAfter);
        var isOver = next > (delivery.TriedSince ?? at) + options.GiveUpAfter;
        return new AttemptRecord(delivery.Id, number, at, result, isOver ? "failed" : "pending", next);
    }

    private static PostResult NotSent(string error) => new(TimeSpan.Zero, null, error, null, null);

    private sealed record DueDelivery(
        Guid WebhookId, Guid Id, long Position, Guid EventId, string Type, int Attempts, DateTimeOffset? TriedSince, DateTimeOffset CreatedAt);
}
