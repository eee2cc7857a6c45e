using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Streams;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>Registers the Kafka stream provider.</summary>
public static class KafkaStreams
{
    /// <summary>
    /// Reads Kafka topics as Orleans streams. Read-only and not rewindable; grains subscribe implicitly
    /// (<c>[ImplicitStreamSubscription]</c>) and implement <see cref="Orleans.Streams.Core.IStreamSubscriptionObserver"/>,
    /// so that an event that wakes them finds them listening. An event is delivered until its consumer has taken it: there
    /// is no time after which it would be skipped, and no offset is committed that an undelivered event stands before.
    /// </summary>
    /// <param name="name">Of the provider; several may read the same topics, each with a consumer group of its own.</param>
    /// <exception cref="OrleansConfigurationException">Something is missing, or out of its range.</exception>
    public static ISiloBuilder AddKafkaStreams(this ISiloBuilder silo, string name, Action<KafkaStreamOptions> configure)
    {
        var options = new KafkaStreamOptions();
        configure(options);
        options.Check(name);
        return silo.AddPersistentStreams(
            name,
            (services, provider) => new KafkaAdapterFactory(provider, options, services.GetRequiredService<ILoggerFactory>()),
            configurator =>
            {
                configurator.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
                configurator.ConfigurePartitionBalancing((services, _) => new EvenBalancer(services));
                configurator.ConfigurePullingAgent(agent => agent.Configure(pulling =>
                {
                    pulling.MaxEventDeliveryTime = Timeout.InfiniteTimeSpan;
                    pulling.GetQueueMsgsTimerPeriod = PartitionReceiver.Pause;
                }));
            });
    }
}
