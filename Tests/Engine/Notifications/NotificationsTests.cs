using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Engine.Notifications;

public sealed class NotificationsTests : IAsyncLifetime
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
    public async Task A_customer_is_told_once_however_often_the_event_comes_and_to_however_many_processes()
    {
        var placed = await shop.Place("o1", "zoe");
        var processes = Enumerable.Range(0, 4).Select(_ => shop.NewProcess(mail)).ToArray();
        foreach (var process in processes.Concat(processes))
            await process.Handle(placed, default);
        var message = Assert.Single(mail.Taken);
        Assert.Equal((placed.EventId, "zoe@example.com", "placed", "o1", "zoe"), (message.EventId, message.Email, message.Kind, message.OrderId, message.CustomerId));
        Assert.Contains("over 13.50 GBP", message.Text, StringComparison.Ordinal);
        Assert.Equal("sent", await shop.RowOf(placed));
    }

    [Fact]
    public async Task Of_processes_that_handle_an_event_at_the_same_time_one_sends()
    {
        var placed = await shop.Place("o1", "zoe");
        var entered = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        mail.Before = (_, _) =>
        {
            entered.TrySetResult();
            return go.Task;
        };
        var first = shop.NewProcess(mail).Handle(placed, default);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var held = await Assert.ThrowsAsync<NotificationClaimedException>(() => shop.NewProcess(mail).Handle(placed, default));
        Assert.InRange(held.HeldFor, TimeSpan.FromTicks(1), NotifyingShop.Quick.Lease);
        go.SetResult();
        await first;
        await shop.NewProcess(mail).Handle(placed, default);
        Assert.Single(mail.Taken);
    }

    [Fact]
    public async Task A_claim_that_a_crash_left_is_taken_over_at_its_end_and_sent_under_the_same_id()
    {
        var placed = await shop.Place("o1", "zoe");
        var crashing = shop.NewProcess(mail, NotifyingShop.Quick with { Sent = _ => throw new InvalidOperationException("crash") });
        await Assert.ThrowsAsync<InvalidOperationException>(() => crashing.Handle(placed, default));
        Assert.Equal("claimed", await shop.RowOf(placed));

        var next = shop.NewProcess(mail);
        await Assert.ThrowsAsync<NotificationClaimedException>(() => next.Handle(placed, default));
        await shop.Execute("update notifications set claimed_until = clock_timestamp()");
        await next.Handle(placed, default);

        Assert.Equal([placed.EventId, placed.EventId], mail.Taken.Select(message => message.EventId));
        Assert.Equal("sent", await shop.RowOf(placed));
        Assert.Equal(2, await shop.Query<int>("select attempts from notifications"));
        await shop.NewProcess(mail).Handle(placed, default);
        Assert.Equal(2, mail.Taken.Count);
    }

    [Fact]
    public async Task What_has_left_but_could_not_be_marked_is_marked_later_and_not_sent_again()
    {
        var placed = await shop.Place("o1", "zoe");
        var process = shop.NewProcess(mail, NotifyingShop.Quick with { Sent = _ => Hide().Wait() });
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => process.Handle(placed, default));
        await shop.Execute("alter table notifications_hidden rename to notifications");
        await process.Handle(placed, default);
        Assert.Single(mail.Taken);
        Assert.Equal("sent", await shop.RowOf(placed));
    }

    [Fact]
    public async Task After_a_failure_any_process_may_try_again_at_once()
    {
        var placed = await shop.Place("o1", "zoe");
        mail.Before = (_, _) => throw new IOException("the mail server is away");
        await Assert.ThrowsAsync<IOException>(() => shop.NewProcess(mail).Handle(placed, default));
        mail.Before = (_, _) => Task.CompletedTask;
        await shop.NewProcess(mail).Handle(placed, default);
        Assert.Single(mail.Taken);
    }

    [Fact]
    public async Task A_message_that_does_not_leave_in_time_is_broken_off()
    {
        var placed = await shop.Place("o1", "zoe");
        mail.Before = (_, cancellation) => Task.Delay(Timeout.Infinite, cancellation);
        var impatient = shop.NewProcess(mail, NotifyingShop.Quick with { SendTimeout = TimeSpan.FromMilliseconds(50) });
        await Assert.ThrowsAsync<TimeoutException>(() => impatient.Handle(placed, default));
        Assert.Empty(mail.Taken);
    }

    [Fact]
    public void A_lease_that_could_end_under_a_message_is_not_accepted() => Assert.Throws<ArgumentException>(
        () => shop.NewProcess(mail, NotifyingShop.Quick with { Lease = 2 * NotifyingShop.Quick.SendTimeout }));

    [Theory]
    [InlineData(null, "not-sendable no-address")]
    [InlineData("", "not-sendable no-address")]
    [InlineData("zoe", "not-sendable unusable-address")]
    [InlineData("zoe@", "not-sendable unusable-address")]
    [InlineData("@example.com", "not-sendable unusable-address")]
    [InlineData("a@b@example.com", "not-sendable unusable-address")]
    [InlineData("zoe@example.com> RCPT TO:<eve@example.com", "not-sendable unusable-address")]
    [InlineData("zoë@example.com", "not-sendable unusable-address")]
    public async Task A_customer_who_cannot_be_written_to_is_noted_and_nothing_fails(string? email, string expected)
    {
        await shop.Register("ada", email);
        var placed = await shop.Place("o1", "ada");
        await shop.NewProcess(mail).Handle(placed, default);
        await shop.NewProcess(mail).Handle(placed, default);
        Assert.Equal(expected, await shop.RowOf(placed));
        Assert.Empty(mail.Taken);
    }

    [Fact]
    public async Task Guests_and_erased_customers_are_noted_as_what_they_are()
    {
        var guest = await shop.Place("o1", "guest-1");
        var erased = await shop.Place("o2", "zoe");
        await shop.Send("zoe", new EraseCustomer(DateTimeOffset.UnixEpoch));
        var process = shop.NewProcess(mail);
        await process.Handle(guest, default);
        await process.Handle(erased, default);
        Assert.Equal("not-sendable no-customer", await shop.RowOf(guest));
        Assert.Equal("not-sendable customer-erased", await shop.RowOf(erased));
        Assert.Empty(mail.Taken);
    }

    [Fact]
    public async Task What_was_sent_stays_sent_when_the_customer_is_erased_afterwards()
    {
        var placed = await shop.Place("o1", "zoe");
        await shop.NewProcess(mail).Handle(placed, default);
        await shop.Send("zoe", new EraseCustomer(DateTimeOffset.UnixEpoch));
        await shop.NewProcess(mail).Handle(placed, default);
        Assert.Equal("sent", await shop.RowOf(placed));
    }

    [Fact]
    public async Task Nothing_is_told_of_other_events_and_of_cancelled_drafts()
    {
        await shop.Send("o1", new CreateOrder("o1", "zoe", "GBP", "pm_ok", null, null, [new LineItem("tea", 1, 1, null)], false, DateTimeOffset.UnixEpoch));
        var created = await shop.LastOf("order", "o1");
        var cancelled = await shop.Cancel("o1");
        await shop.NewProcess(mail).Handle(created, default);
        await shop.NewProcess(mail).Handle(cancelled, default);
        Assert.Equal(("none", "none"), (await shop.RowOf(created), await shop.RowOf(cancelled)));
    }

    [Fact]
    public async Task An_event_of_a_newer_program_and_a_damaged_one_are_poison()
    {
        var placed = await shop.Place("o1", "zoe");
        var process = shop.NewProcess(mail);
        RecordedEvent[] unreadable = [placed with { Type = "order-placed.v9" }, placed with { Data = "{}"u8.ToArray() }];
        foreach (var recorded in unreadable)
        {
            var failure = await Assert.ThrowsAsync<UnreadableEventException>(() => process.Handle(recorded, default));
            Assert.True(OrleansOrders.Engine.Notifications.Notifications.IsPoison(failure));
        }
        Assert.False(OrleansOrders.Engine.Notifications.Notifications.IsPoison(new IOException("away")));
        Assert.Empty(mail.Taken);
    }

    private Task Hide() => shop.Execute("alter table notifications rename to notifications_hidden");
}
