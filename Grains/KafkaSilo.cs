using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Hosting;
using Orleans.Runtime;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Providers;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.KafkaStreams;
using OrleansOrders.Grains.Projections;
using OrleansOrders.Kafka;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Grains;

/// <summary>
/// Out to Kafka and back: the publisher, for every read model a stream provider with a consumer group of its own, and the
/// notifications, which are another consumer of the topics.
/// </summary>
internal static partial class KafkaSilo
{
    // Lease, checkpoint, dead letters and their announcements, seldom two of them at a time.
    private const int PublisherConnections = 4;

    /// <summary>The consumer group that keeps a read model.</summary>
    public static string GroupOf(string projection) => $"orders.projections.{projection}";

    /// <param name="publisherConnection">How the outbox reaches the database.</param>
    /// <param name="notifier">What customers are told by; null writes a line to the log.</param>
    /// <param name="personal">Opens what the customer's details are sealed under; null where nothing is.</param>
    public static void AddKafka(
        this ISiloBuilder silo, KafkaOptions kafka, string publisherConnection, INotifier? notifier, PersonalTexts? personal)
    {
        // One silo publishes, any other stands ready.
        silo.Services.AddKeyedSingleton(nameof(Publisher), (_, _) => StoreConnections.Open(
            StoreConnections.Tune(publisherConnection, PublisherConnections), "publisher"));
        silo.AddFollower(nameof(Publisher), provider =>
        {
            var publisher = new Publisher(
                kafka, provider.GetRequiredKeyedService<NpgsqlDataSource>(nameof(Publisher)), provider.GetRequiredService<IEventStore>(),
                provider.GetRequiredService<ILogger<Publisher>>(), provider.GetRequiredService<TimeProvider>());
            publisher.Start();
            return publisher;
        });
        silo.AddFollower(nameof(NotificationConsumer), provider =>
        {
            var consumer = CreateNotifications(provider, kafka, notifier, personal);
            consumer.Start();
            return consumer;
        });
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

    private static NotificationConsumer CreateNotifications(
        IServiceProvider provider, KafkaOptions kafka, INotifier? notifier, PersonalTexts? personal)
    {
        var (store, database) = (provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<NpgsqlDataSource>());
        var (log, time) = (provider.GetRequiredService<ILogger<NotificationConsumer>>(), provider.GetRequiredService<TimeProvider>());
        var notifications = new Notifications(
            store, provider.GetRequiredService<Engine.Aggregates>(), database, notifier ?? new LogNotifier(line => LogNotification(log, line)),
            new NotificationOptions { Personal = personal }, time);
        return new NotificationConsumer(kafka, store, notifications, database, log, time);
    }

    private static void AddFollower(this ISiloBuilder silo, string name, Func<IServiceProvider, IAsyncDisposable> start) =>
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => new Follower(name, () => start(provider)));

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private static partial void LogNotification(ILogger log, string line);

    /// <summary>Begins when the silo takes calls, and ends before it stops taking them.</summary>
    private sealed class Follower(string name, Func<IAsyncDisposable> start) : ILifecycleParticipant<ISiloLifecycle>
    {
        private IAsyncDisposable? started;

        public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
            name, ServiceLifecycleStage.Active,
            _ =>
            {
                started = start();
                return Task.CompletedTask;
            },
            _ => started?.DisposeAsync().AsTask() ?? Task.CompletedTask);
    }
}
