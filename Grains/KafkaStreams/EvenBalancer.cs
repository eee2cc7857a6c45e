using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>
/// Gives every active silo the same number of partitions, or one more. While silos come and go, two may read a partition for
/// a moment, which costs duplicates and nothing else.
/// </summary>
internal sealed class EvenBalancer(IServiceProvider services)
    : QueueBalancerBase(services, services.GetRequiredService<ILogger<EvenBalancer>>())
{
    private volatile SiloAddress[] active = [];
    private QueueId[] queues = [];

    public override Task Initialize(IStreamQueueMapper queueMapper)
    {
        queues = [.. queueMapper.GetAllQueues().Order()];
        return base.Initialize(queueMapper);
    }

    public override IEnumerable<QueueId> GetMyQueues()
    {
        var silos = active;
        var mine = Array.IndexOf(silos, SiloAddress);
        return mine < 0 ? [] : queues.Where((_, index) => index % silos.Length == mine);
    }

    protected override void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos)
    {
        active = [.. activeSilos.Order()];
        NotifyListeners().Ignore();
    }
}
