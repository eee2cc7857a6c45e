using System.Collections.Concurrent;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Engine.Notifications;
using OrleansOrders.Tests.Support;
using Desk = OrleansOrders.Engine.Webhooks.Webhooks;

namespace OrleansOrders.Tests.Engine.Webhooks;

/// <summary>A shop whose events are sent to a receiver, on a clock that the test moves.</summary>
internal sealed class HookShop : IAsyncDisposable
{
    public const string Tenant = NotifyingShop.Tenant;

    public static readonly WebhookOptions Options = new() { AllowsPrivateAddresses = true };

    private readonly Parts parts = new();
    private int keys;

    private HookShop(NotifyingShop shop, Receiver receiver, PersonalTexts personal)
    {
        (Shop, Receiver, Personal) = (parts.Keep(shop), parts.Keep(receiver), personal);
        Desk = new Desk(shop.Database, shop.Store, personal, Time);
        Sender = NewSender();
    }

    public NotifyingShop Shop { get; }

    public Receiver Receiver { get; }

    public ManualTime Time { get; } = new();

    public PersonalTexts Personal { get; }

    public Desk Desk { get; }

    public WebhookSender Sender { get; }

    public ConcurrentQueue<string> Failures { get; } = [];

    public ConcurrentQueue<string> Notices { get; } = [];

    public static async Task<HookShop> Open()
    {
        var shop = await NotifyingShop.Open();
        var personal = await MasterKeySetting.Open(shop.Database, TestKeys.Master, null, TimeProvider.System, default);
        return new HookShop(shop, await Receiver.Open(), personal!);
    }

    public WebhookSender NewSender(WebhookOptions? options = null, string? owner = null, TimeProvider? time = null) => parts.Keep(new WebhookSender(
        Shop.Store, Shop.Database, Personal, owner ?? Guid.NewGuid().ToString("N"), options ?? Options, time ?? Time,
        (what, failure) => Failures.Enqueue($"{what}: {failure.GetType().Name}: {failure.Message}"), Notices.Enqueue));

    public WebhookCommand NewCommand() => new(Ids.Derive("test", $"{Interlocked.Increment(ref keys)}"), [1]);

    /// <summary>A subscription to the receiver, from here on.</summary>
    public async Task<WebhookView> Subscribe(string tenant = Tenant, string? url = null, params string[] types)
    {
        var made = await Desk.Create(tenant, url ?? Receiver.Url, types, null, true, NewCommand(), default);
        Assert.Equal(WebhookAnswer.Done, made.Answer);
        return made.Value!;
    }

    /// <summary>Sends everything that is due now.</summary>
    public Task Round() => Sender.Round(default);

    /// <summary>The same after a while.</summary>
    public Task Round(TimeSpan later)
    {
        Time.Advance(later);
        return Round();
    }

    public async Task<WebhookView> Look(WebhookView webhook) => (await Desk.Find(Tenant, webhook.Id, default))!;

    public async Task<IReadOnlyList<WebhookDelivery>> Deliveries(WebhookView webhook, string? status = null) =>
        (await Desk.ListDeliveries(Tenant, webhook.Id, status, null, 200, default))!.Items;

    public async Task<IReadOnlyList<WebhookAttempt>> Attempts(WebhookDelivery delivery) =>
        (await Desk.FindDelivery(Tenant, delivery.WebhookId, delivery.Id, default))!.Value.Attempts;

    public ValueTask DisposeAsync() => parts.DisposeAsync();
}
