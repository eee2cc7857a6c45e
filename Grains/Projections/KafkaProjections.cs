using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.KafkaStreams;
using OrleansOrders.Kafka;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Grains.Projections;

/// <summary>Out to Kafka and back: the publisher, and for every read model a stream provider with a consumer group of its own.</summary>
internal static class KafkaProjections
{
    /// <summary>The consumer group that keeps a read model.</summary>
    public static string GroupOf(string projection) => $"orders.projections.{projection}";

    public static void AddKafka(this ISiloBuilder silo, KafkaOptions kafka)
    {
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => new PublisherLifetime(() => new Publisher(
            kafka, provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<IEventStore>(),
            provider.GetRequiredService<ILogger<Publisher>>(), provider.GetRequiredService<TimeProvider>())));
        foreach (var projection in ReadModelCatalog.All)
        {
            silo.AddKafkaStreams($"kafka-{projection.Name}", options =>
            {
                options.Consumer = new ConsumerConfig(kafka.Settings.ToDictionary())
                {
                    BootstrapServers = kafka.BootstrapServers,
                    GroupId = GroupOf(projection.Name),
                    FetchWaitMaxMs = 100,
                };
                options.Topics.Add(PublishedEvents.TopicOf(projection.StreamType), PublishedEvents.Partitions);
                options.Format = new ProjectionFormat(projection.Name);
            });
        }
    }

    /// <summary>One silo publishes, any other stands ready.</summary>
    private sealed class PublisherLifetime(Func<Publisher> create) : ILifecycleParticipant<ISiloLifecycle>
    {
        private Publisher? publisher;

        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
            nameof(Publisher), ServiceLifecycleStage.Active,
            _ =>
            {
                publisher = create();
                publisher.Start();
                return Task.CompletedTask;
            },
            _ => publisher?.DisposeAsync().AsTask() ?? Task.CompletedTask);
    }
}
