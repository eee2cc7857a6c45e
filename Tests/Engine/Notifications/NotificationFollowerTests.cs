using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine.Notifications;

public sealed class NotificationFollowerTests : IAsyncLifetime
{
    private readonly RecordingNotifier mail = new();
    private NotifyingShop shop = null!;

    public async Task InitializeAsync()
    {
        shop = await NotifyingShop.Open();
        await shop.Register("zoe", "zoe@example.com");
    }

    public async Task DisposeAsync() => await shop.DisposeAsync();

    [Fact]
    public async Task Every_event_is_told_once_over_restarts_also_when_the_checkpoint_is_lost()
    {
        var events = new List<RecordedEvent>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 10; i++)
                events.Add(await shop.Place($"o{round}-{i}", "zoe"));
            await using (var follower = shop.NewFollower(mail))
            {
                await follower.Start(default);
                await CaughtUp(follower);
            }
            await shop.Execute("delete from reaction_checkpoints");
        }
        Assert.Equal(events.Select(recorded => recorded.EventId).Order(), mail.Taken.Select(message => message.EventId).Order());
    }

    [Fact]
    public async Task A_restart_begins_where_the_checkpoint_is()
    {
        await shop.Place("o1", "zoe");
        await using (var first = shop.NewFollower(mail))
        {
            await first.Start(default);
            await CaughtUp(first);
        }
        await shop.Execute("delete from notifications");
        await using var second = shop.NewFollower(mail);
        await second.Start(default);
        await CaughtUp(second);
        Assert.Single(mail.Taken);
    }

    [Fact]
    public async Task Two_processes_that_follow_the_same_log_tell_every_event_once()
    {
        await using var one = shop.NewFollower(mail);
        await using var other = shop.NewFollower(mail);
        await one.Start(default);
        await other.Start(default);
        for (var i = 0; i < 30; i++)
            await shop.Place($"o{i}", "zoe");
        await CaughtUp(one);
        await CaughtUp(other);
        Assert.Equal(30, mail.Taken.Count);
        Assert.Equal(30, mail.Taken.Select(message => message.EventId).Distinct().Count());
    }

    [Fact]
    public async Task An_outage_of_the_mail_server_delays_and_loses_nothing_and_an_orders_messages_stay_in_order()
    {
        var down = true;
        mail.Before = (_, _) => down ? throw new IOException("the mail server is away") : Task.CompletedTask;
        await using var follower = shop.NewFollower(mail);
        await follower.Start(default);
        for (var i = 0; i < 5; i++)
        {
            await shop.Place($"o{i}", "zoe");
            await shop.Cancel($"o{i}");
        }
        await Eventually.True(() => Task.FromResult(shop.Failures.Count >= 10));
        Assert.Empty(mail.Taken);
        down = false;
        await CaughtUp(follower);
        Assert.All(mail.Taken.GroupBy(message => message.OrderId), order => Assert.Equal(["placed", "cancelled"], order.Select(message => message.Kind)));
        Assert.Equal(10, mail.Taken.Count);
    }

    [Fact]
    public async Task News_that_is_too_old_is_no_news_and_leaves_no_trace()
    {
        var old = await shop.Place("o1", "zoe", TimeProvider.System.GetUtcNow() - NotifyingShop.Quick.OldestNews - TimeSpan.FromMinutes(1));
        var fresh = await shop.Place("o2", "zoe", TimeProvider.System.GetUtcNow() - NotifyingShop.Quick.OldestNews + TimeSpan.FromMinutes(1));
        await using var follower = shop.NewFollower(mail);
        await follower.Start(default);
        await CaughtUp(follower);
        Assert.Equal(fresh.EventId, Assert.Single(mail.Taken).EventId);
        Assert.Equal("none", await shop.RowOf(old));
    }

    [Fact]
    public async Task A_refused_message_parks_only_its_own_stream_and_a_replay_tells_everything_in_order()
    {
        var refused = true;
        mail.Before = (message, _) => refused && message.OrderId == "o1"
            ? throw new MessageRefusedException("The mail server refused the recipient: 550 5.1.1.")
            : Task.CompletedTask;
        await using var follower = shop.NewFollower(mail);
        await follower.Start(default);
        var first = await shop.Place("o1", "zoe");
        await shop.Cancel("o1");
        await shop.Place("o2", "zoe");
        await CaughtUp(follower);

        Assert.Equal(["o2"], mail.Taken.Select(message => message.OrderId));
        var letter = Assert.Single(await new DeadLetterBook(shop.Database).List(new DeadLetterFilter(NotifyingShop.Tenant, "notifications"), null, 10, default));
        Assert.Equal((first.EventId, first.Version), (letter.Event.EventId, letter.Event.Version));
        Assert.Contains("550 5.1.1", letter.Event.Cause, StringComparison.Ordinal);

        await shop.Letters.RequestReplay(letter.Id, default);
        await Eventually.True(async () => await Attempts(letter.Id) == 2);
        refused = false;
        await shop.Letters.RequestReplay(letter.Id, default);
        await Eventually.True(async () => (await new DeadLetterBook(shop.Database).Find(NotifyingShop.Tenant, letter.Id, default))!.State == DeadLetterStates.Replayed);
        await shop.Place("o3", "zoe");
        await CaughtUp(follower);
        Assert.Equal(["o2 placed", "o1 placed", "o1 cancelled", "o3 placed"], mail.Taken.Select(message => $"{message.OrderId} {message.Kind}"));
    }

    [Fact]
    public async Task What_waits_behind_a_poison_event_waits_over_a_restart_too()
    {
        var stream = new StreamName(NotifyingShop.Tenant, "order", "o1");
        await shop.Place("o1", "zoe");
        await shop.Append(stream, "order-delivered.v9", "{}");
        await using (var first = shop.NewFollower(mail))
        {
            await first.Start(default);
            await CaughtUp(first);
        }
        var cancelled = new OrderCancelled("late", new OrderPlaced("o1", "zoe", "GBP", "pm_ok", null, 1, [], DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch);
        await shop.Append(stream, "order-cancelled.v1", System.Text.Encoding.UTF8.GetString(EventCatalog.Encode(cancelled)));
        await using var second = shop.NewFollower(mail);
        await second.Start(default);
        await CaughtUp(second);
        Assert.Equal(1L, await shop.Query<long>("select count(*) from dead_letters where consumer = 'notifications' and state = 'parked'"));
        Assert.Equal("placed", Assert.Single(mail.Taken).Kind);
    }

    private Task<int> Attempts(Guid letterId) => shop.Query<int>($"select attempts from dead_letters where id = '{letterId}'");

    private Task CaughtUp(NotificationFollower follower) =>
        Eventually.True(async () => follower.Position == await shop.Store.ReadEnd(default));
}
