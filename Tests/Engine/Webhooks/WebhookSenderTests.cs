using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting.Measuring;

namespace OrleansOrders.Tests.Engine.Webhooks;

public sealed class WebhookSenderTests : HookTests
{
    [Fact]
    public async Task Every_event_after_the_subscription_arrives_once_signed_in_order_and_without_anything_personal()
    {
        await Shop.Place("before", "zoe");
        var webhook = await Hooks.Subscribe();
        await Shop.Register("zoe", "zoe@example.com");
        await Shop.Place("o1", "zoe");
        var cancelled = await Shop.Cancel("o1");
        await Hooks.Round();
        await Hooks.Round();

        var end = await Shop.Store.ReadEnd(default);
        Assert.Equal(Enumerable.Range((int)webhook.Position + 1, (int)(end - webhook.Position)), Receiver.Posted.Select(post => (int)post.Position).Order());
        var ofOrder = Receiver.Posted.Where(post => post.OrderId == "o1").Select(post => post.Type).ToArray();
        Assert.Equal(["order-created.v1", "order-item-added.v1", "order-placed.v1", "order-cancelled.v1"], ofOrder);
        Assert.All(Receiver.Posted, post => Assert.True(post.IsSignedWith(webhook.Secret!)));
        Assert.All(Receiver.Posted, post => Assert.Equal(Hooks.Time.GetUtcNow().ToUnixTimeSeconds(), post.Timestamp));
        Assert.All(Receiver.Posted, post => Assert.Equal(post.Id, (string?)post.Json["id"]));
        var last = Receiver.Posted.Single(post => post.Position == cancelled.Position);
        Assert.Equal((cancelled.EventId.ToString(), "order-o1", 4L), (last.Id, (string?)last.Json["stream"], (long)last.Json["version"]!));
        Assert.Equal(cancelled.OccurredAt, (DateTimeOffset)last.Json["occurredAt"]!);
        Assert.Equal(WebhookBody.Personal, (string?)last.Json["data"]!["reason"]);
        var customer = Receiver.Posted.Single(post => post.Type == "customer-registered.v1").Json;
        Assert.Equal((null, WebhookBody.Personal), ((string?)customer["orderId"], (string?)customer["data"]!["details"]!["email"]));
        Assert.Equal((0L, 0L), ((await Hooks.Look(webhook)).Pending, (await Hooks.Look(webhook)).Failed));
        Assert.Empty(Hooks.Failures);
    }

    [Fact]
    public async Task Only_what_is_wanted_arrives_and_nothing_of_another_tenant()
    {
        var mine = await Hooks.Subscribe(types: ["order-cancelled", "customer-registered"]);
        await Hooks.Subscribe("south");
        await Shop.Place("o1", "zoe");
        await Shop.Cancel("o1");
        await Hooks.Round();
        Assert.Equal("order-cancelled.v1", Assert.Single(Receiver.Posted).Type);
        Assert.Equal(await Shop.Store.ReadEnd(default), (await Hooks.Look(mine)).Position);
        Assert.Null(await Hooks.Desk.Find("south", mine.Id, default));
        Assert.Null(await Hooks.Desk.ListDeliveries("south", mine.Id, null, null, 10, default));
        var delivery = Assert.Single(await Hooks.Deliveries(mine));
        Assert.Null(await Hooks.Desk.FindDelivery("south", mine.Id, delivery.Id, default));
        Assert.Equal(WebhookAnswer.NotFound, (await Hooks.Desk.Resend("south", mine.Id, delivery.Id, Hooks.NewCommand(), default)).Answer);
        Assert.Equal(WebhookAnswer.NotFound, (await Hooks.Desk.Rotate("south", mine.Id, default, Hooks.NewCommand(), default)).Answer);
        Assert.False(await Hooks.Desk.Remove("south", mine.Id, default));
        Assert.Null(await Hooks.Desk.Change("south", mine.Id, new WebhookChange(null, null, null, false, false), default));
    }

    [Fact]
    public async Task What_failed_is_tried_again_later_and_every_attempt_is_kept_with_what_was_answered()
    {
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        await Shop.Place("o1", "zoe");
        Receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("<b>" + new string('é', 2_000));
        };
        await Hooks.Round();
        await Hooks.Round(TimeSpan.FromSeconds(3.9));
        Assert.Single(Receiver.Posted);
        var pending = Assert.Single(await Hooks.Deliveries(webhook, "pending"));
        Assert.Equal((1, 500, "status"), (pending.Attempts, pending.StatusCode, pending.Error));
        Assert.InRange(pending.DueAt!.Value - pending.CreatedAt, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6));
        Assert.NotNull((await Hooks.Look(webhook)).FailingSince);
        Receiver.AnswerWith(204);
        await Hooks.Round(TimeSpan.FromSeconds(2.1));

        var delivered = Assert.Single(await Hooks.Deliveries(webhook, "delivered"));
        Assert.Equal((2, 204, null), (delivered.Attempts, delivered.StatusCode, delivered.Error));
        var attempts = await Hooks.Attempts(delivered);
        Assert.Equal([(1, 500), (2, 204)], attempts.Select(attempt => (attempt.Number, attempt.StatusCode!.Value)));
        Assert.StartsWith("<b>éé", attempts[0].Reply, StringComparison.Ordinal);
        Assert.InRange(attempts[0].Reply!.Length, 500, WebhookPost.LongestReply);
        Assert.Null((await Hooks.Look(webhook)).FailingSince);
        Assert.Equal(Receiver.Posted[0].Id, Receiver.Posted[1].Id);
        Assert.Contains("begins to fail: status", Assert.Single(Hooks.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_three_days_it_is_given_up_and_what_waited_behind_it_goes_on()
    {
        await using var telemetry = Telemetry.Start("tests");
        var webhook = await Hooks.Subscribe(types: ["order-placed", "order-cancelled"]);
        await Shop.Place("o1", "zoe");
        await Shop.Cancel("o1");
        await Shop.Place("o2", "zoe");
        Receiver.Answer = (post, context) =>
        {
            context.Response.StatusCode = post.OrderId == "o1" && post.Type == "order-placed.v1" ? 503 : 200;
            return Task.CompletedTask;
        };
        await Hooks.Round();
        Assert.Equal(["o1", "o2"], Receiver.Posted.Select(post => post.OrderId).Order());
        for (var hours = 0; hours < 80; hours++)
            await Hooks.Round(TimeSpan.FromHours(1));

        var failed = Assert.Single(await Hooks.Deliveries(webhook, "failed"));
        Assert.InRange(failed.Attempts, 14, 20);
        Assert.InRange(failed.EndedAt!.Value - failed.CreatedAt, TimeSpan.FromHours(62), TimeSpan.FromHours(72));
        Assert.Equal(failed.Attempts, (await Hooks.Attempts(failed)).Count);
        Assert.Equal("order-cancelled.v1", Receiver.Posted[^1].Type);
        Assert.Equal(failed.Attempts + 2, Receiver.Posted.Count);
        Assert.Equal((0L, 1L, true), ((await Hooks.Look(webhook)).Pending, (await Hooks.Look(webhook)).Failed, (await Hooks.Look(webhook)).Enabled));
        var measured = Encoding.UTF8.GetString(telemetry.WriteMetrics().Span);
        Assert.All([("delivered", 2), ("failed", failed.Attempts - 1), ("given-up", 1)], wanted => Assert.True(Attempts(measured, wanted.Item1) >= wanted.Item2));

        Receiver.AnswerWith(200);
        var again = await Hooks.Desk.ResendFailed(HookShop.Tenant, webhook.Id, DateTimeOffset.UnixEpoch, Hooks.NewCommand(), default);
        await Hooks.Round();
        Assert.Equal((1L, failed.EventId.ToString()), (again.Value, Receiver.Posted[^1].Id));
        Assert.Equal(0, (await Hooks.Look(webhook)).Failed);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_not_asked_again_until_somebody_enables_it_and_nothing_is_lost()
    {
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        await Shop.Place("o1", "zoe");
        Receiver.AnswerWith(410);
        await Hooks.Round();
        await Shop.Place("o2", "zoe");
        await Hooks.Round(TimeSpan.FromDays(1));
        Assert.Single(Receiver.Posted);
        var gone = await Hooks.Look(webhook);
        Assert.Equal((false, "gone", 1L), (gone.Enabled, gone.DisabledReason, gone.Pending));
        Assert.Contains(Hooks.Notices, line => line.Contains("is disabled: gone", StringComparison.Ordinal));
        Assert.Equal(WebhookAnswer.Disabled, (await Hooks.Desk.Ping(HookShop.Tenant, webhook.Id, Hooks.NewCommand(), default)).Answer);

        Receiver.AnswerWith(200);
        var enabled = await Hooks.Desk.Change(HookShop.Tenant, webhook.Id, new WebhookChange(null, null, null, true, false), default);
        Assert.Equal((true, null), (enabled!.Enabled, enabled.DisabledReason));
        await Hooks.Round();
        Assert.Equal(["o1", "o1", "o2"], Receiver.Posted.Select(post => post.OrderId).Order());
    }

    [Fact]
    public async Task A_subscription_of_which_nothing_arrives_for_five_days_is_disabled()
    {
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        Receiver.AnswerWith(500);
        for (var days = 0; days < 6; days++)
        {
            await Shop.Place($"o{days}", "zoe");
            await Hooks.Round(TimeSpan.FromDays(1));
        }
        var disabled = await Hooks.Look(webhook);
        Assert.Equal((false, "failing"), (disabled.Enabled, disabled.DisabledReason));
        var asked = Receiver.Posted.Count;
        await Hooks.Round(TimeSpan.FromDays(1));
        Assert.Equal(asked, Receiver.Posted.Count);

        await Hooks.Desk.Change(HookShop.Tenant, webhook.Id, new WebhookChange(null, null, null, true, true), default);
        Assert.Equal(await Shop.Store.ReadEnd(default), (await Hooks.Look(webhook)).Position);
        await Hooks.Round();
        Assert.True((await Hooks.Look(webhook)).Enabled); // one more failure is only the first
    }

    [Fact]
    public async Task A_receiver_may_ask_for_patience_and_a_redirect_is_not_followed()
    {
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        await Shop.Place("o1", "zoe");
        Receiver.Answer = (_, context) =>
        {
            (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "3600");
            return Task.CompletedTask;
        };
        await Hooks.Round();
        var patient = Assert.Single(await Hooks.Deliveries(webhook));
        Assert.Equal(TimeSpan.FromHours(1), patient.DueAt - Hooks.Time.GetUtcNow());
        Receiver.Answer = (_, context) =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (307, "/elsewhere");
            return Task.CompletedTask;
        };
        await Hooks.Round(TimeSpan.FromHours(1));
        Assert.All(Receiver.Posted, post => Assert.Equal("/hooks", post.Path));
        var redirected = Assert.Single(await Hooks.Deliveries(webhook));
        Assert.Equal((2, 307, "redirect"), (redirected.Attempts, redirected.StatusCode, redirected.Error));
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_given_up_and_holds_nobody_else_up()
    {
        await using var hanging = await Receiver.Open();
        hanging.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        var slow = await Hooks.Subscribe(url: hanging.Url, types: ["order-placed"]);
        await Hooks.Subscribe(types: ["order-placed"]);
        for (var i = 0; i < 3; i++)
            await Shop.Place($"o{i}", "zoe");
        var sender = Hooks.NewSender(HookShop.Options with { AttemptTimeout = TimeSpan.FromMilliseconds(500) });
        await sender.Round(default);
        Assert.Equal(3, Receiver.Posted.Count);
        Assert.Equal(3, hanging.Posted.Count);
        var tried = (await Hooks.Deliveries(slow)).Where(delivery => delivery.Attempts > 0).ToArray();
        Assert.NotEmpty(tried);
        Assert.All(tried, delivery => Assert.Equal((null, "timeout"), (delivery.StatusCode, delivery.Error)));
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_waited_for()
    {
        var webhook = await Hooks.Subscribe();
        await Shop.Append(new StreamName(HookShop.Tenant, "order", "o1"), "order-created.v9", "{}");
        await Hooks.Round();
        Assert.Equal("event-unreadable", Assert.Single(await Hooks.Deliveries(webhook, "pending")).Error);
        Assert.Empty(Receiver.Posted);
    }

    [Fact]
    public async Task A_ping_arrives_and_so_does_what_is_sent_again_by_hand()
    {
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        var ping = Hooks.NewCommand();
        var asked = await Hooks.Desk.Ping(HookShop.Tenant, webhook.Id, ping, default);
        Assert.True((await Hooks.Desk.Ping(HookShop.Tenant, webhook.Id, ping, default)).IsReplayed);
        await Hooks.Round();
        var post = Assert.Single(Receiver.Posted);
        Assert.Equal((WebhookBody.Ping, asked.Value!.EventId.ToString(), true), (post.Type, post.Id, post.IsSignedWith(webhook.Secret!)));
        var again = Hooks.NewCommand();
        Assert.Equal("pending", (await Hooks.Desk.Resend(HookShop.Tenant, webhook.Id, asked.Value.Id, again, default)).Value!.Status);
        await Hooks.Round();
        Assert.True((await Hooks.Desk.Resend(HookShop.Tenant, webhook.Id, asked.Value.Id, again, default)).IsReplayed);
        await Hooks.Round();
        Assert.Equal(2, Receiver.Posted.Count);
        Assert.Equal([1, 2], (await Hooks.Attempts(asked.Value)).Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task What_is_over_for_long_is_forgotten_and_what_was_removed_too()
    {
        var (kept, removed) = (await Hooks.Subscribe(types: ["order-placed"]), await Hooks.Subscribe(types: ["order-placed"]));
        await Shop.Place("o1", "zoe");
        await Hooks.Round();
        await Hooks.Desk.Remove(HookShop.Tenant, removed.Id, default);
        await Hooks.Round(TimeSpan.FromDays(3) - TimeSpan.FromMinutes(1));
        Assert.Equal(1L, await Shop.Query<long>("select count(*) from webhook_attempts"));
        Assert.Equal(1L, await Shop.Query<long>("select count(*) from webhooks"));
        Assert.Equal(1L, await Shop.Query<long>("select count(*) from shared_secrets"));
        await Hooks.Round(TimeSpan.FromMinutes(2));
        Assert.Equal(0L, await Shop.Query<long>("select count(*) from webhook_deliveries"));
        Assert.Empty(await Hooks.Deliveries(kept));
        Assert.Null(await Hooks.Desk.Find(HookShop.Tenant, removed.Id, default));
    }

    // Other tests' are among them.
    private static int Attempts(string measured, string result) =>
        int.Parse(Regex.Match(measured, $"^orders_webhook_attempts_total{{result=\"{result}\"}} (\\d+)", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
}
