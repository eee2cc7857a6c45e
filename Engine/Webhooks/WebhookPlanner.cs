using Npgsql;
using NpgsqlTypes;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>Reads the log behind the subscriptions, and writes down what each is to be sent of it.</summary>
internal sealed class WebhookPlanner(IEventStore store, NpgsqlDataSource database, WebhookOptions options, TimeProvider time)
{
    private const int ReadBatch = 1_000;

    /// <summary>Moves each subscription on by a batch; those that are near each other are given the same reading.</summary>
    /// <returns>Whether the log had anything for somebody.</returns>
    public async Task<bool> Plan(IEnumerable<Subscription> subscriptions, CancellationToken cancellation)
    {
        var rest = new Queue<Subscription>(subscriptions.Where(HasRoom).OrderBy(subscription => subscription.Position));
        var isAnywhere = false;
        while (rest.TryPeek(out var hindmost))
        {
            var events = await store.ReadLog(hindmost.Position, ReadBatch, cancellation);
            if (events.Count == 0)
                break;
            isAnywhere = true;
            var near = new List<Subscription>();
            while (rest.TryPeek(out var next) && next.Position < events[^1].Position)
                near.Add(rest.Dequeue());
            await Plan(near, events, cancellation);
        }
        return isAnywhere;
    }

    public bool HasRoom(Subscription subscription) => !subscription.IsMoved && subscription.Open < options.Window;

    private async Task Plan(List<Subscription> near, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        var plans = near.Select(subscription => Choose(subscription, events)).ToList();
        var planned = plans.SelectMany(plan => plan.Wanted.Select(wanted => (plan.Of.Row.Id, Wanted: wanted))).ToList();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var moved = (await WebhookRows.Read(
            connection, "select plan_webhook_deliveries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            reader => reader.GetFieldValue<Guid[]>(0), cancellation,
            plans.Select(plan => plan.Of.Row.Id).ToArray(), plans.Select(plan => plan.Of.Position).ToArray(), plans.Select(plan => plan.To).ToArray(),
            planned.Select(one => IdOf(one.Id, one.Wanted)).ToArray(), planned.Select(one => one.Id).ToArray(),
            planned.Select(one => one.Wanted.Position).ToArray(), planned.Select(one => one.Wanted.EventId).ToArray(),
            planned.Select(one => one.Wanted.Type).ToArray(),
            WebhookRows.OrNull(planned.Select(one => WebhookBody.OrderOf(one.Wanted.Stream)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
            planned.Select(one => WebhookBody.TurnOf(one.Wanted.Stream)).ToArray(), time.GetUtcNow()))[0].ToHashSet();
        foreach (var (subscription, to, wanted) in plans)
        {
            if (moved.Contains(subscription.Row.Id))
                subscription.Planned(to, wanted.Count);
            else
                subscription.IsMoved = true;
        }
    }

    private (Subscription Of, long To, List<RecordedEvent> Wanted) Choose(Subscription subscription, IReadOnlyList<RecordedEvent> events)
    {
        var (to, wanted, room) = (subscription.Position, new List<RecordedEvent>(), options.Window - subscription.Open);
        foreach (var recorded in events)
        {
            if (recorded.Position <= subscription.Position)
                continue;
            if (subscription.Wants(recorded))
            {
                if (wanted.Count == room)
                    break;
                wanted.Add(recorded);
            }
            to = recorded.Position;
        }
        return (subscription, to, wanted);
    }

    private static Guid IdOf(Guid webhookId, RecordedEvent recorded) =>
        Ids.Derive("webhook-delivery", webhookId.ToString("N"), recorded.EventId.ToString("N"));
}
