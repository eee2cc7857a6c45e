using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Support;

/// <summary>A log, a broker, and as many publishers as a test wants.</summary>
internal sealed class Outbox : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly List<Publisher> publishers = [];
    private int streams;

    private Outbox(TestDatabase database, bool topics)
    {
        Database = database;
        Store = new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System);
        if (topics)
            CreateTopics();
    }

    public MockCluster Broker { get; } = new();

    public TestDatabase Database { get; }

    public PostgresEventStore Store { get; }

    public DeadLetters Letters => new(Database.DataSource);

    public KafkaOptions Options => OptionsFor(Broker.BootstrapServers);

    /// <param name="topics">Whether the topics are there from the start.</param>
    public static async Task<Outbox> Open(bool topics = true) => new(await TestDatabase.Create(EventStoreSchema.Migrations), topics);

    /// <summary>With short times: what a test waits for.</summary>
    public static KafkaOptions OptionsFor(string bootstrapServers) => new()
    {
        BootstrapServers = bootstrapServers,
        Lease = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromMilliseconds(100),
        Settings = new Dictionary<string, string> { ["reconnect.backoff.ms"] = "20", ["reconnect.backoff.max.ms"] = "200" },
    };

    public void CreateTopics(int partitions = PublishedEvents.Partitions)
    {
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            Broker.CreateTopic(topic, partitions);
    }

    public Publisher Publish(KafkaOptions? options = null, IEventStore? store = null)
    {
        var publisher = new Publisher(options ?? Options, Database.DataSource, store ?? Store, NullLogger<Publisher>.Instance, TimeProvider.System);
        publishers.Add(publisher);
        publisher.Start();
        return publisher;
    }

    public async Task Stop(Publisher publisher)
    {
        publishers.Remove(publisher);
        await publisher.DisposeAsync();
    }

    public StreamName NewStream(string type = "order") => new("default", type, (++streams).ToString("x8", CultureInfo.InvariantCulture));

    /// <summary>Appends events behind the stream's others.</summary>
    public async Task<StreamHead> Append(StreamName stream, int events = 1, int dataBytes = 20)
    {
        var head = await Store.ReadHead(stream, None);
        var added = Enumerable.Range(1, events).Select(number => NewEvent(stream, head.Version + number, dataBytes)).ToArray();
        return Assert.IsType<AppendResult.Appended>(await Store.Append(new Append(stream, head, added, null), None)).Head;
    }

    public static NewEvent NewEvent(StreamName stream, long number, int dataBytes = 20) => new(
        Guid.NewGuid(), $"{stream.Type}-changed.v1",
        Encoding.UTF8.GetBytes($$"""{"number": {{number.ToString(CultureInfo.InvariantCulture)}}, "fill": "{{new string('x', dataBytes)}}"}"""),
        Encoding.UTF8.GetBytes(
            $$"""{"commandId":"{{Guid.NewGuid()}}","correlationId":"{{Guid.NewGuid()}}","actor":"test","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"""),
        new DateTimeOffset(2010, 12, 1, 8, 26, 0, TimeSpan.Zero));

    public Task<PublisherStatus> ReadStatus() => PublisherStatus.Read(Database.DataSource, None);

    public async Task<IReadOnlyList<RecordedEvent>> ReadLog()
    {
        var log = new List<RecordedEvent>();
        while (await Store.ReadLog(log.Count, 10_000, None) is { Count: > 0 } batch)
            log.AddRange(batch);
        return log;
    }

    /// <summary>Waits until everything is published and written down.</summary>
    public Task AllPublished() => Eventually.True(async () => await ReadStatus() is { Lag: 0 });

    /// <summary>Waits for the state, and gives the whole.</summary>
    public async Task<PublisherStatus> Reaches(string state)
    {
        PublisherStatus status = null!;
        await Eventually.True(async () => (status = await ReadStatus()).State == state, what: state);
        return status;
    }

    /// <summary>All that was published is in the topics as it is in the log.</summary>
    public async Task AssertPublished(TopicTail tail, bool chained = true)
    {
        await AllPublished();
        var log = await ReadLog();
        await tail.CatchUp();
        Assert.Empty(PublishedLog.Compare(log, tail.Messages, chained));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var publisher in publishers)
            await publisher.DisposeAsync();
        await Store.DisposeAsync();
        await Database.DisposeAsync();
        Broker.Dispose();
    }
}
