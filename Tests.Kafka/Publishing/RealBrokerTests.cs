using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Publishing;

/// <summary>Runs against the broker that ORDERS_TEST_KAFKA names, whose topics of ours it deletes; skipped where there is none.</summary>
public sealed class RealBrokerFactAttribute : FactAttribute
{
    public const string Variable = "ORDERS_TEST_KAFKA";

    public RealBrokerFactAttribute()
    {
        if (Servers is null)
            Skip = $"{Variable} names no broker: nothing was tried on a real one.";
    }

    public static string? Servers => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } servers ? servers : null;
}

/// <summary>What the mock cluster cannot show: topics that the publisher makes, with their settings, and events in them.</summary>
public sealed class RealBrokerTests
{
    [RealBrokerFact]
    public async Task Topics_are_made_and_hold_every_event_in_order()
    {
        var servers = RealBrokerFactAttribute.Servers!;
        await DeleteTopics(servers);
        await using var database = await TestDatabase.Create(EventStoreSchema.Migrations);
        await using var store = new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System);
        await using (var publisher = new Publisher(
            new KafkaOptions { BootstrapServers = servers }, database.DataSource, store, NullLogger<Publisher>.Instance, TimeProvider.System))
        {
            publisher.Start();
            for (var number = 0; number < 300; number++)
                await Append(store, new StreamName("default", number % 2 == 0 ? "order" : "payment", (number % 30).ToString("x8", CultureInfo.InvariantCulture)));
            await Eventually.True(async () => await PublisherStatus.Read(database.DataSource, default) is { Lag: 0 });
        }
        Assert.Null((await PublisherStatus.Read(database.DataSource, default)).Warning);
        using var tail = new TopicTail(servers);
        await tail.CatchUp();
        Assert.Empty(PublishedLog.Compare(await store.ReadLog(0, 10_000, default), tail.Messages, true));
    }

    private static async Task Append(PostgresEventStore store, StreamName stream)
    {
        var head = await store.ReadHead(stream, default);
        Assert.IsType<AppendResult.Appended>(await store.Append(new Append(stream, head, [Outbox.NewEvent(stream, head.Version + 1)], null), default));
    }

    private static async Task DeleteTopics(string servers)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        bool IsOurs(TopicMetadata topic) => PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic).Contains(topic.Topic);
        List<string> Found() => admin.GetMetadata(TimeSpan.FromSeconds(30)).Topics.Where(IsOurs).Select(topic => topic.Topic).ToList();
        if (Found() is not { Count: > 0 } old)
            return;
        await admin.DeleteTopicsAsync(old, new DeleteTopicsOptions());
        await Eventually.True(() => Found().Count == 0);
    }
}
