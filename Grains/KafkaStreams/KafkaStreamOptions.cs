using Confluent.Kafka;
using Orleans.Configuration;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>One Kafka stream provider.</summary>
public sealed class KafkaStreamOptions
{
    /// <summary>
    /// Addresses, security and whatever else the client should know. <c>GroupId</c> is required: it is what the offsets are
    /// kept under. Offset storing, partition end events and where a new group begins (at the oldest message) are set by the
    /// provider.
    /// </summary>
    public ConsumerConfig Consumer { get; set; } = new();

    /// <summary>
    /// The topics, and how many of their partitions are read: each is one queue. The numbers are stated, not asked for, so
    /// that a silo starts while the broker is away and all silos agree.
    /// </summary>
    public IDictionary<string, int> Topics { get; } = new SortedDictionary<string, int>(StringComparer.Ordinal);

    /// <summary>How messages become events. Required.</summary>
    public IKafkaStreamFormat Format { get; set; } = null!;

    /// <summary>
    /// Messages of one partition that are in memory at a time: read and waiting, or being delivered. At that many, reading of
    /// the partition pauses. Default 2,000; from 10.
    /// </summary>
    public int MessagesInMemory { get; set; } = 2_000;

    /// <summary>Bytes of keys and values of one partition in memory, roughly. Default 16 MiB.</summary>
    public int BytesInMemory { get; set; } = 16 * 1024 * 1024;

    /// <summary>Messages of one stream that are delivered by one call, at most. Default 500; from 1.</summary>
    public int MessagesPerCall { get; set; } = 500;

    /// <summary>Bytes of keys and values in one call, roughly: a call is a message between silos. Default 2 MiB.</summary>
    public int BytesPerCall { get; set; } = 2 * 1024 * 1024;

    /// <summary>How often what was delivered is committed to the broker. Default 1 s.</summary>
    public TimeSpan CommitEvery { get; set; } = TimeSpan.FromSeconds(1);

    internal void Check(string provider)
    {
        Require(!string.IsNullOrWhiteSpace(Consumer.BootstrapServers), "names no broker (Consumer.BootstrapServers)");
        Require(!string.IsNullOrWhiteSpace(Consumer.GroupId), "has no consumer group (Consumer.GroupId)");
        Require(Topics.Count > 0 && Topics.Values.All(partitions => partitions > 0), "names no topic with its partitions (Topics)");
        Require(Format is not null, "has no format (Format)");
        Require(MessagesInMemory >= 10 && MessagesPerCall >= 1 && BytesInMemory > 0 && BytesPerCall > 0, "has a limit that is too small");
        Require(CommitEvery > TimeSpan.Zero, "never commits (CommitEvery)");

        void Require(bool holds, string what)
        {
            if (!holds)
                throw new OrleansConfigurationException($"The Kafka stream provider {provider} {what}.");
        }
    }
}
