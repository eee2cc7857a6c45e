using Npgsql;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>
/// Sends this process's share of the webhooks: takes lanes, plans what their subscriptions are to be sent, and sends it. Whatever
/// a crash leaves is sent by whoever takes the lanes over, under the same event ids.
/// </summary>
public sealed class WebhookSender : IAsyncDisposable
{
    private const int ForgottenAtOnce = 1_000;

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(1);

    // What is under way when the process stops: most need less, and what is broken off is sent again.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly IEventStore store;
    private readonly NpgsqlDataSource database;
    private readonly WebhookOptions options;
    private readonly TimeProvider time;
    private readonly Action<string, Exception> onFailure;
    private readonly WebhookLanes lanes;
    private readonly WebhookPlanner planner;
    private readonly WebhookPost post;
    private readonly WebhookDispatch dispatch;
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource breakingOff = new();
    private volatile Dictionary<Guid, Subscription> held = [];
    private Task[] loops = [];
    private int isDisposed;

    /// <param name="database">Of the log. Stays the caller's.</param>
    /// <param name="personal">Its master key wraps the secrets.</param>
    /// <param name="owner">This process; no restart shares it.</param>
    /// <param name="onFailure">Told of what went wrong here, with a name for where.</param>
    /// <param name="onNotice">Told what an operator should know of receivers, a line each.</param>
    public WebhookSender(
        IEventStore store, NpgsqlDataSource database, PersonalTexts personal, string owner, WebhookOptions options, TimeProvider time,
        Action<string, Exception> onFailure, Action<string> onNotice)
    {
        (this.store, this.database, this.options, this.time, this.onFailure) = (store, database, options, time, onFailure);
        lanes = new WebhookLanes(database, owner, personal.Master, options, time);
        planner = new WebhookPlanner(store, database, options, time);
        post = new WebhookPost(options, time);
        var records = new WebhookRecords(
            database, options, (id, reason) => onNotice($"Webhook {id} is disabled: {reason}. Enable it when its receiver is there again."));
        dispatch = new WebhookDispatch(
            store, database, post, records, options, time, onFailure, (id, error) => onNotice($"Webhook {id} begins to fail: {error}."));
    }

    /// <summary>Begins, and returns at once.</summary>
    public void Start() => loops =
    [
        Repeat("webhook leases", Renew), Repeat("webhook plans", Plan), Repeat("webhook deliveries", Send),
        Repeat("forgetting webhook deliveries", Forget),
    ];

    /// <summary>Begins nothing more, lets what is under way end or breaks it off, and gives its lanes back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 1)
            return;
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
        breakingOff.CancelAfter(Grace);
        await dispatch.WhenIdle();
        try
        {
            if (loops.Length > 0)
                await lanes.Leave(CancellationToken.None);
        }
        catch (Exception failure)
        {
            onFailure("webhook leases", failure); // they end by themselves
        }
        post.Dispose();
        breakingOff.Dispose();
        stopping.Dispose();
    }

    /// <summary>Does everything that there is to do now, once, and returns when it is done. Instead of <see cref="Start"/>.</summary>
    internal async Task Round(CancellationToken cancellation)
    {
        await Refresh(cancellation);
        while (await planner.Plan(held.Values, cancellation))
        {
        }
        while (lanes.IsHeld && await dispatch.Begin(held.Values, breakingOff.Token) > 0)
            await dispatch.WhenIdle();
        await ForgetSome(cancellation);
    }

    private Task Repeat(string name, Func<CancellationToken, Task> round) =>
        Background.Run(() => Loops.Repeat(name, round, onFailure, time, stopping.Token));

    private async Task Renew(CancellationToken cancellation)
    {
        await Refresh(cancellation);
        await Task.Delay(RenewEvery, time, cancellation);
    }

    private async Task Refresh(CancellationToken cancellation)
    {
        var (known, next) = (held, new Dictionary<Guid, Subscription>());
        foreach (var row in await lanes.Renew(cancellation))
        {
            if (known.TryGetValue(row.Id, out var subscription))
                subscription.Refresh(row);
            else
                subscription = new Subscription(row);
            next.Add(row.Id, subscription);
        }
        held = next;
    }

    private async Task Plan(CancellationToken cancellation)
    {
        var subscriptions = held.Values.Where(planner.HasRoom).ToList();
        if (!lanes.IsHeld || subscriptions.Count == 0)
            await Task.Delay(RenewEvery, time, cancellation);
        else if (await planner.Plan(subscriptions, cancellation))
            dispatch.Ended.Set();
        else
            await store.WaitBeyond(subscriptions.Min(subscription => subscription.Position), RenewEvery, cancellation);
    }

    private async Task Send(CancellationToken cancellation)
    {
        var ended = dispatch.Ended.Next;
        if (lanes.IsHeld && held.Count > 0 && await dispatch.Begin(held.Values, breakingOff.Token) > 0)
            return;
        await ended.WaitAsync(RenewEvery, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task Forget(CancellationToken cancellation)
    {
        await Task.Delay(ForgetEvery, time, cancellation);
        await ForgetSome(cancellation);
    }

    private async Task ForgetSome(CancellationToken cancellation)
    {
        for (var forgotten = ForgottenAtOnce; lanes.IsFirst && forgotten >= ForgottenAtOnce;)
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            var (now, failed) = (time.GetUtcNow(), time.GetUtcNow() - options.KeepFailed);
            forgotten = (await WebhookRows.Read(
                connection, "select forget_webhook_deliveries($1, $2, $3, $4)", reader => reader.GetInt32(0), cancellation,
                now - options.KeepDelivered, failed, failed, ForgottenAtOnce))[0];
        }
    }
}
