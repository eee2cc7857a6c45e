using OrleansOrders.Tests.Engine.Notifications;

namespace OrleansOrders.Tests.Engine.Webhooks;

/// <summary>Each test has a shop and a receiver of its own.</summary>
public abstract class HookTests : IAsyncLifetime
{
    private protected HookShop Hooks { get; private set; } = null!;

    private protected NotifyingShop Shop => Hooks.Shop;

    private protected Receiver Receiver => Hooks.Receiver;

    public async Task InitializeAsync() => Hooks = await HookShop.Open();

    public Task DisposeAsync() => Hooks.DisposeAsync().AsTask();
}
