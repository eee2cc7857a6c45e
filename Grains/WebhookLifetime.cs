using OrleansOrders.Engine.Webhooks;

namespace OrleansOrders.Grains;

/// <summary>Webhooks are sent while the silo takes calls.</summary>
internal sealed class WebhookLifetime(Func<WebhookSender> create) : ILifecycleParticipant<ISiloLifecycle>
{
    private WebhookSender? sender;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(WebhookSender), ServiceLifecycleStage.Active,
        _ =>
        {
            sender = create();
            sender.Start();
            return Task.CompletedTask;
        },
        _ => sender?.DisposeAsync().AsTask() ?? Task.CompletedTask);
}
