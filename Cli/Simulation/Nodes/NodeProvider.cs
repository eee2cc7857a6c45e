using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Cli.Simulation;

/// <summary>The payment provider as one process sees it.</summary>
internal sealed class NodeProvider(World world, Node node, SimulatedProcess process) : IPaymentProvider
{
    public Task<ProviderReply> Authorize(ProviderRequest request, CancellationToken cancellation) =>
        Ask("authorize", request, provider => provider.Authorize(request, CancellationToken.None));

    public Task<ProviderReply> Capture(ProviderRequest request, string authorization, CancellationToken cancellation) =>
        Ask("capture", request, provider => provider.Capture(request, authorization, CancellationToken.None));

    public Task<ProviderReply> Void(ProviderRequest request, string authorizationKey, CancellationToken cancellation) =>
        Ask("void", request, provider => provider.Void(request, authorizationKey, CancellationToken.None));

    public Task<ProviderReply> Refund(ProviderRequest request, string capture, CancellationToken cancellation) =>
        Ask("refund", request, provider => provider.Refund(request, capture, CancellationToken.None));

    public Task<ProviderReply?> Find(string tenant, string idempotencyKey, CancellationToken cancellation) => world.Network.Call(
        process, Chance.Key(idempotencyKey), () => world.Provider.Find(tenant, idempotencyKey, CancellationToken.None));

    private Task<ProviderReply> Ask(string operation, ProviderRequest request, Func<IPaymentProvider, Task<ProviderReply>> call)
    {
        var key = Chance.Key(request.IdempotencyKey, 1);
        return world.Network.Call(process, key, async () =>
        {
            if (world.Faults.Happens(FaultKind.ProviderAway, key, request))
                throw new TimeoutException("The payment provider did not answer.");
            var reply = await call(world.Provider);
            world.Trace?.Add(world.Scheduler.Elapsed, "provider", $"{operation} {request.Tenant}/{request.OrderId} for {node.Name}: {reply}");
            return world.Faults.Happens(FaultKind.ProviderTimeout, key, request)
                ? throw new TimeoutException("The payment provider did not answer.")
                : reply;
        });
    }
}
