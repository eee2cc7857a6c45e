using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Engine.Notifications;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Support;

/// <summary>A shop whose events are published, and as many members of the group that notifies as a test wants.</summary>
internal sealed class NotifiedShop : IAsyncDisposable
{
    private const short OffsetCommitRequests = 8;

    private readonly List<NotificationConsumer> members = [];
    private readonly Publisher publisher;

    private NotifiedShop(NotifyingShop shop)
    {
        Shop = shop;
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            Broker.CreateTopic(topic, PublishedEvents.Partitions);
        publisher = new Publisher(Options, shop.Database, shop.Store, NullLogger<Publisher>.Instance, TimeProvider.System);
        publisher.Start();
    }

    public NotifyingShop Shop { get; }

    public MockCluster Broker { get; } = new();

    public KafkaOptions Options => new()
    {
        BootstrapServers = Broker.BootstrapServers,
        Lease = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromMilliseconds(100),
        Settings = new Dictionary<string, string> { ["reconnect.backoff.ms"] = "20", ["reconnect.backoff.max.ms"] = "200" },
    };

    /// <summary>What the members said went wrong.</summary>
    public ConcurrentQueue<string> Failures { get; } = [];

    public static async Task<NotifiedShop> Open()
    {
        var shop = await NotifyingShop.Open();
        await shop.Register("zoe", "zoe@example.com");
        return new NotifiedShop(shop);
    }

    public NotificationConsumer Join(INotifier notifier, NotificationOptions? notifications = null)
    {
        var options = Options with
        {
            // With few heartbeats and long sessions, all that a test does is wait until the others know of a change.
            Settings = new Dictionary<string, string>(Options.Settings)
            {
                ["fetch.wait.max.ms"] = "5", ["session.timeout.ms"] = "4000", ["heartbeat.interval.ms"] = "100",
            },
        };
        var member = new NotificationConsumer(
            options, Shop.Store, Shop.NewProcess(notifier, notifications), Shop.Database, new ListLogger<NotificationConsumer>(Failures), TimeProvider.System);
        members.Add(member);
        member.Start();
        return member;
    }

    public async Task Leave(NotificationConsumer member)
    {
        members.Remove(member);
        await member.DisposeAsync();
    }

    /// <summary>Waits until somebody was told of each of these events.</summary>
    public async Task Told(IEnumerable<RecordedEvent> events, params RecordingNotifier[] mail)
    {
        try
        {
            await Eventually.True(
                () => events.All(recorded => mail.SelectMany(box => box.Taken).Any(message => message.EventId == recorded.EventId)), TimeSpan.FromSeconds(60));
        }
        catch (Exception late)
        {
            throw new TimeoutException($"{late.Message} {string.Join("; ", Failures.Distinct().Take(5))}");
        }
    }

    /// <summary>Waits until the position of every part is that of its last published event.</summary>
    public Task CaughtUp() => Eventually.True(
        // In this order: before everything is published, not all parts that there will be are there.
        async () => await Shop.Query<long>("select l.position - k.position from log l, kafka_publisher k") == 0
            && await Shop.Query<long>("""
                select count(*) from kafka_partitions p
                left join reaction_checkpoints c on c.name = 'notifications/' || p.topic || '/' || p.partition
                where p.topic in ('orders.order', 'orders.payment') and c.position is distinct from p.last_position
                """) == 0,
        TimeSpan.FromSeconds(60));

    /// <summary>No offset is committed any more, whoever tries: as if members died before they came to it.</summary>
    public void RefuseCommits() => Broker.Refuse(OffsetCommitRequests, [.. Enumerable.Repeat((int)ErrorCode.OffsetMetadataTooLarge, 1_000)]);

    public async ValueTask DisposeAsync()
    {
        foreach (var member in members)
            await member.DisposeAsync();
        await publisher.DisposeAsync();
        await Shop.DisposeAsync();
        Broker.Dispose();
    }
}
