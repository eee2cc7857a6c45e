using Orleans.Concurrency;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>
/// One message as a consumer gets it. Subscribe for this type: what cannot be read arrives as well, so that nobody is left
/// without an answer to it.
/// </summary>
[GenerateSerializer, Immutable, Alias("orders.KafkaStreamItem")]
public sealed record KafkaStreamItem(
    [property: Id(0)] string Topic, [property: Id(1)] int Partition, [property: Id(2)] long Offset)
{
    /// <summary>What <see cref="IKafkaStreamFormat.Read"/> made of the message; null when it could not.</summary>
    [Id(3)]
    public object? Event { get; init; }

    /// <summary>Why the message cannot be read, in one line; null when it could.</summary>
    [Id(4)]
    public string? Unreadable { get; init; }
}
