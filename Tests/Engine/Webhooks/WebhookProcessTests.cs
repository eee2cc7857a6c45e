using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine.Webhooks;

/// <summary>Several processes, crashes, and what a secret and an idempotency key are good for.</summary>
public sealed class WebhookProcessTests : HookTests
{
    [Fact]
    public async Task A_crash_between_the_post_and_its_record_sends_it_again_under_the_same_id()
    {
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        await Shop.Place("o1", "zoe");
        var crashes = 1;
        var crashing = Hooks.NewSender(HookShop.Options with
        {
            Answered = _ =>
            {
                if (Interlocked.Decrement(ref crashes) >= 0)
                    throw new InvalidOperationException("crash");
            },
        });
        await crashing.Round(default);
        Assert.Equal(2, Receiver.Posted.Count);
        Assert.Single(Receiver.Posted.Select(post => post.Id).Distinct());
        Assert.Equal(1, Assert.Single(await Hooks.Deliveries(webhook, "delivered")).Attempts);
        Assert.Contains("crash", Assert.Single(Hooks.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_processes_share_the_work_and_what_one_leaves_the_other_takes_over()
    {
        for (var i = 0; i < 6; i++)
            await Hooks.Subscribe(types: ["order-placed"]);
        var one = Hooks.NewSender(owner: "one", time: TimeProvider.System);
        var other = Hooks.NewSender(owner: "other", time: TimeProvider.System);
        one.Start();
        other.Start();
        await Eventually.True(async () => await Lanes("one") == 8 && await Lanes("other") == 8);
        for (var i = 0; i < 10; i++)
            await Shop.Place($"o{i}", "zoe");
        await Eventually.True(() => Task.FromResult(Receiver.Posted.Count >= 60));
        await one.DisposeAsync();
        await Eventually.True(async () => await Lanes("other") == 16);
        for (var i = 10; i < 12; i++)
            await Shop.Place($"o{i}", "zoe");
        await Eventually.True(async () => await Shop.Query<long>("select count(*) from webhook_deliveries where status = 'delivered'") == 72);
        Assert.Equal(72, Receiver.Posted.Count);
        Assert.Empty(Hooks.Failures);
    }

    [Fact]
    public async Task A_process_that_hung_past_its_lease_begins_nothing_and_plans_nothing_twice()
    {
        await Hooks.Subscribe(types: ["order-placed"]);
        await Shop.Execute("select lease_webhook_lanes('gone', 16, interval '1 hour')");
        await Shop.Place("o1", "zoe");
        await Hooks.Round();
        Assert.Empty(Receiver.Posted);
        await Shop.Execute("update webhook_lanes set leased_until = clock_timestamp(); delete from webhook_senders");
        await Task.WhenAll(Hooks.Round(), Hooks.NewSender().Round(default));
        await Hooks.Round();
        Assert.Single(Receiver.Posted);
        // Whoever comes with what it believed earlier moves nothing.
        var planned = await Shop.Query<Guid[]>("""
            select plan_webhook_deliveries(array[w.id], array[0::bigint], array[9::bigint], array[w.id], array[w.id], array[1::bigint],
                array[w.id], array['order-placed.v1'], array['o1'], array['order-o1'], clock_timestamp()) from webhooks w
            """);
        Assert.Empty(planned);
        Assert.Equal(1L, await Shop.Query<long>("select count(*) from webhook_deliveries"));
    }

    [Fact]
    public async Task An_attempt_that_somebody_else_has_recorded_is_not_counted_twice()
    {
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        await Shop.Place("o1", "zoe");
        Receiver.Answer = (_, _) => Shop.Execute("update webhook_deliveries set attempts = 1, status = 'delivered', ended_at = clock_timestamp()");
        await Hooks.Round();
        Assert.Equal(1, Assert.Single(await Hooks.Deliveries(webhook)).Attempts);
        Assert.Equal(0L, await Shop.Query<long>("select count(*) from webhook_attempts"));
    }

    [Fact]
    public async Task The_log_is_read_no_further_for_a_subscription_that_has_much_open()
    {
        Receiver.AnswerWith(500);
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        for (var i = 0; i < 5; i++)
            await Shop.Place($"o{i}", "zoe");
        var narrow = Hooks.NewSender(HookShop.Options with { Window = 3 });
        await narrow.Round(default);
        Assert.Equal(3, (await Hooks.Look(webhook)).Pending);
        Receiver.AnswerWith(200);
        Hooks.Time.Advance(TimeSpan.FromMinutes(1));
        await narrow.Round(default);
        await narrow.Round(default);
        Assert.Equal(0, (await Hooks.Look(webhook)).Pending);
        Assert.Equal(5, (await Hooks.Deliveries(webhook, "delivered")).Count);
    }

    [Fact]
    public async Task While_a_secret_is_rotated_both_sign_and_afterwards_the_new_one_alone()
    {
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        var command = Hooks.NewCommand();
        var rotated = (await Hooks.Desk.Rotate(HookShop.Tenant, webhook.Id, TimeSpan.FromHours(1), command, default)).Value!;
        Assert.NotEqual(webhook.Secret, rotated.Secret);
        Assert.Equal(Hooks.Time.GetUtcNow() + TimeSpan.FromHours(1), rotated.PreviousSecretUntil);
        var lost = await Hooks.Desk.Rotate(HookShop.Tenant, webhook.Id, TimeSpan.FromHours(1), command, default);
        Assert.Equal((true, rotated.Secret), (lost.IsReplayed, lost.Value!.Secret));
        await Shop.Place("o1", "zoe");
        await Hooks.Round();
        await Shop.Place("o2", "zoe");
        await Hooks.Round(TimeSpan.FromHours(1));

        var (during, after) = (Receiver.Posted[0], Receiver.Posted[1]);
        Assert.True(during.IsSignedWith(webhook.Secret!) && during.IsSignedWith(rotated.Secret!));
        Assert.Equal(2, during.Signatures.Length);
        Assert.True(!after.IsSignedWith(webhook.Secret!) && after.IsSignedWith(rotated.Secret!));
        Assert.Null((await Hooks.Look(webhook)).PreviousSecretUntil);
        Hooks.Time.Advance(TimeSpan.FromHours(24));
        Assert.Null((await Hooks.Desk.Rotate(HookShop.Tenant, webhook.Id, TimeSpan.FromHours(1), command, default)).Value!.Secret);
    }

    [Fact]
    public async Task A_key_is_one_subscription_and_with_another_request_it_is_refused()
    {
        var command = Hooks.NewCommand();
        var first = await Hooks.Desk.Create(HookShop.Tenant, Receiver.Url, [], "shop", true, command, default);
        var second = await Hooks.Desk.Create(HookShop.Tenant, Receiver.Url, [], "shop", true, command, default);
        Assert.Equal((first.Value!.Id, first.Value.Secret, true), (second.Value!.Id, second.Value.Secret, second.IsReplayed));
        var reused = await Hooks.Desk.Create(HookShop.Tenant, Receiver.Url, [], "shop", true, command with { Fingerprint = [2] }, default);
        Assert.Equal(WebhookAnswer.KeyReused, reused.Answer);
        var made = await Task.WhenAll(Enumerable.Range(0, 25).Select(
            _ => Hooks.Desk.Create(HookShop.Tenant, Receiver.Url, [], null, true, Hooks.NewCommand(), default)));
        Assert.Equal(19, made.Count(one => one.Answer == WebhookAnswer.Done));
        Assert.Equal(20, (await Hooks.Desk.List(HookShop.Tenant, default)).Count);
        Assert.All(await Hooks.Desk.List(HookShop.Tenant, default), webhook => Assert.Null(webhook.Secret));
    }

    [Fact]
    public async Task Secrets_are_kept_wrapped_and_follow_the_master_key()
    {
        var webhook = await Hooks.Subscribe(types: ["order-placed"]);
        var secret = Convert.FromBase64String(webhook.Secret!["whsec_".Length..]);
        Assert.Equal(0L, await Shop.Query<long>(
            $"select count(*) from shared_secrets s where position(decode('{Convert.ToHexString(secret)}', 'hex') in s.wrapped) > 0"));
        var both = new MasterKey(TestKeys.OtherBytes, TestKeys.MasterBytes);
        Assert.Null(await PersonalKeyTable.ClaimMaster(Shop.Database, both.Ids, default));
        Assert.Equal([TestKeys.Master.Ids[0]], await new PersonalKeyTable(Shop.Database).GiveUpMasters(both.Ids[0], default));
        var (rewrapped, inUse) = await MasterKeyChange.Run(Shop.Database, both, default);
        Assert.Equal((1L, 0), (rewrapped, inUse.Count));
        var personal = new PersonalTexts(new PersonalKeyTable(Shop.Database), TestKeys.Other, TimeProvider.System);
        await Shop.Place("o1", "zoe");
        await using var sender = new OrleansOrders.Engine.Webhooks.WebhookSender(
            Shop.Store, Shop.Database, personal, "new", HookShop.Options, Hooks.Time, (_, _) => { }, _ => { });
        await sender.Round(default);
        Assert.True(Assert.Single(Receiver.Posted).IsSignedWith(webhook.Secret!));
    }

    private Task<long> Lanes(string owner) => Shop.Query<long>($"select count(*) from webhook_lanes where owner = '{owner}'");
}
