using System.Text;
using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Engine.Notifications;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Notifications;

/// <summary>What goes wrong on the way to the customer holds up what it must, and nothing else.</summary>
public sealed class NotificationTroubleTests
{
    private readonly RecordingNotifier mail = new();

    [Fact]
    public async Task An_outage_of_the_mail_server_pauses_and_loses_nothing_and_an_orders_messages_stay_in_order()
    {
        await using var cluster = await NotifiedShop.Open();
        var down = true;
        mail.Before = (_, _) => down ? throw new IOException("the mail server is away") : Task.CompletedTask;
        cluster.Join(mail);
        // More than a lane holds, all in one part.
        string[] orders = [.. Enumerable.Range(0, 10_000).Select(i => $"o{i}").Where(id => PublishedEvents.PartitionOf($"order-{id}") == 3).Take(130)];
        foreach (var order in orders)
        {
            await cluster.Shop.Place(order, "zoe");
            await cluster.Shop.Cancel(order);
        }
        await Eventually.True(() => cluster.Failures.Count(line => line.Contains("IOException", StringComparison.Ordinal)) >= 3);
        Assert.Empty(mail.Taken);
        down = false;
        await cluster.CaughtUp();
        Assert.Equal(orders.SelectMany(order => new[] { $"{order} placed", $"{order} cancelled" }), mail.Taken.Select(message => $"{message.OrderId} {message.Kind}"));
    }

    [Fact]
    public async Task A_broker_that_goes_and_comes_back_delays_and_loses_nothing()
    {
        await using var cluster = await NotifiedShop.Open();
        cluster.Join(mail);
        var events = new List<RecordedEvent> { await cluster.Shop.Place("o1", "zoe") };
        await cluster.Told(events, mail);
        cluster.Broker.GoDown();
        for (var i = 2; i < 10; i++)
            events.Add(await cluster.Shop.Place($"o{i}", "zoe"));
        cluster.Broker.ComeBack();
        await cluster.Told(events, mail);
        await cluster.CaughtUp();
        Assert.Equal(events.Count, mail.Taken.Count);
    }

    [Fact]
    public async Task A_refused_message_parks_only_its_own_stream_and_a_replay_tells_everything_in_order()
    {
        await using var cluster = await NotifiedShop.Open();
        var refused = true;
        mail.Before = (message, _) => refused && message.OrderId == "o1"
            ? throw new MessageRefusedException("The mail server refused the recipient: 550 5.1.1.")
            : Task.CompletedTask;
        cluster.Join(mail);
        var first = await cluster.Shop.Place("o1", "zoe");
        await cluster.Shop.Cancel("o1");
        var other = await cluster.Shop.Place("o2", "zoe");
        await cluster.Told([other], mail);
        await cluster.CaughtUp();
        Assert.Equal(["o2"], mail.Taken.Select(message => message.OrderId));
        var letter = Assert.Single(await Letters(cluster));
        Assert.Equal(first.EventId, letter.Event.EventId);

        refused = false;
        await cluster.Shop.Letters.RequestReplay(letter.Id, default);
        await Eventually.True(async () => (await Letters(cluster))[0].State == DeadLetterStates.Replayed);
        await cluster.Told([await cluster.Shop.Place("o3", "zoe")], mail);
        Assert.Equal(["o2 placed", "o1 placed", "o1 cancelled", "o3 placed"], mail.Taken.Select(message => $"{message.OrderId} {message.Kind}"));
    }

    [Fact]
    public async Task What_is_parked_stays_parked_for_the_next_member()
    {
        await using var cluster = await NotifiedShop.Open();
        mail.Before = (message, _) => message.Kind == "placed" && message.OrderId == "o1" ? throw new MessageRefusedException("no") : Task.CompletedTask;
        var member = cluster.Join(mail);
        await cluster.Shop.Place("o1", "zoe");
        await cluster.CaughtUp();
        await cluster.Leave(member);
        await cluster.Shop.Cancel("o1");
        cluster.Join(mail);
        await cluster.Told([await cluster.Shop.Place("o2", "zoe")], mail);
        await cluster.CaughtUp();
        Assert.Equal(["o2"], mail.Taken.Select(message => message.OrderId));
    }

    [Fact]
    public async Task Messages_that_are_none_of_ours_go_to_the_dead_letters_as_they_are_and_hold_nothing_up()
    {
        await using var cluster = await NotifiedShop.Open();
        var placed = await cluster.Shop.Place("o1", "zoe");
        var part = new TopicPartition("orders.order", PublishedEvents.PartitionOf("order-o1"));
        using (var stranger = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = cluster.Broker.BootstrapServers }).Build())
        {
            await stranger.ProduceAsync(part, new Message<byte[], byte[]> { Key = "order-o1"u8.ToArray(), Value = [0xff, 0x00], Headers = new Headers { { "x", [1, 2] } } });
            await stranger.ProduceAsync(part, new Message<byte[], byte[]> { Value = "{}"u8.ToArray() });
        }
        cluster.Join(mail);
        var after = await cluster.Shop.Cancel("o1");
        await cluster.Told([placed, after], mail);

        var letters = ReadDeadLetters(cluster, 2);
        var first = letters.Single(letter => Header(letter, "deadletter-offset") is not null && letter.Message.Value.Length == 2 && letter.Message.Value[0] == 0xff);
        Assert.Equal(("notifications", "orders.order", $"{part.Partition.Value}"), (Header(first, "deadletter-consumer"), Header(first, "deadletter-topic"), Header(first, "deadletter-partition")));
        Assert.Equal("it is not a CloudEvent", Header(first, "deadletter-cause"));
        Assert.Equal([1, 2], first.Message.Headers.GetLastBytes("x"));
        Assert.Equal("order-o1"u8.ToArray(), first.Message.Key);
    }

    private static Task<IReadOnlyList<DeadLetter>> Letters(NotifiedShop cluster) =>
        new DeadLetterBook(cluster.Shop.Database).List(new DeadLetterFilter(NotifyingShop.Tenant, "notifications"), null, 10, default);

    private static List<ConsumeResult<byte[], byte[]>> ReadDeadLetters(NotifiedShop cluster, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = cluster.Broker.BootstrapServers, GroupId = "test", FetchWaitMaxMs = 5, EnableAutoCommit = false,
        }).Build();
        consumer.Assign(Enumerable.Range(0, PublishedEvents.Partitions).Select(part => new TopicPartitionOffset(PublishedEvents.DeadLetterTopic, part, 0)));
        var read = new List<ConsumeResult<byte[], byte[]>>();
        while (read.Count < count)
            read.Add(consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new TimeoutException($"{read.Count} of {count} dead letters came."));
        return read;
    }

    private static string? Header(ConsumeResult<byte[], byte[]> message, string name) =>
        message.Message.Headers.TryGetLastBytes(name, out var value) ? Encoding.UTF8.GetString(value) : null;
}
