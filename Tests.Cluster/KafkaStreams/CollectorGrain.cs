using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansOrders.Grains.KafkaStreams;

namespace OrleansOrders.Tests.Cluster.KafkaStreams;

public interface ICollectorGrain : IGrainWithStringKey;

/// <summary>Takes what a stream brings, unless it was told to fail or to wait. One stream for each key of a message.</summary>
[ImplicitStreamSubscription(Streams)]
public sealed class CollectorGrain : Grain, ICollectorGrain, IStreamSubscriptionObserver, IAsyncObserver<KafkaStreamItem>
{
    public const string Streams = "test.collected";

    private static readonly ConcurrentDictionary<string, Collected> Tests = new();

    public static Collected Of(string test) => Tests.GetOrAdd(test, _ => new Collected());

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<KafkaStreamItem>().ResumeAsync(this);

    public async Task OnNextAsync(KafkaStreamItem item, StreamSequenceToken? token = null)
    {
        var parts = this.GetPrimaryKeyString().Split('|');
        await Of(parts[0]).Take(parts[1], item);
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

/// <summary>What one test's grains took, in the order in which they took it.</summary>
public sealed class Collected
{
    private readonly ConcurrentDictionary<string, List<KafkaStreamItem>> byKey = new();

    /// <summary>Asked before an item is taken; what it throws, the grain throws.</summary>
    public Func<string, KafkaStreamItem, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public async Task Take(string key, KafkaStreamItem item)
    {
        await Before(key, item);
        var items = byKey.GetOrAdd(key, _ => []);
        lock (items)
            items.Add(item);
    }

    public IReadOnlyList<string> Texts(string key)
    {
        if (!byKey.TryGetValue(key, out var items))
            return [];
        lock (items)
            return [.. items.Select(item => (string?)item.Event ?? $"unreadable: {item.Unreadable}")];
    }

    /// <summary>Without those that came again.</summary>
    public IReadOnlyList<string> FirstTexts(string key) => [.. Texts(key).Distinct()];

    public int Count => byKey.Keys.Sum(key => FirstTexts(key).Count);
}

/// <summary>A message's value is a text; its stream is named after its key.</summary>
internal sealed class TextFormat(string test) : IKafkaStreamFormat
{
    public StreamId StreamOf(ConsumeResult<byte[], byte[]> message) =>
        StreamId.Create(CollectorGrain.Streams, $"{test}|{Encoding.UTF8.GetString(message.Message.Key)}");

    public object Read(ConsumeResult<byte[], byte[]> message) => message.Message.Value is { Length: > 0 } value
        ? Encoding.UTF8.GetString(value)
        : throw new FormatException("it has no value");
}
