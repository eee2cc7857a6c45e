namespace OrleansOrders.Kafka;

/// <summary>A message was refused for good, while others were on their way: they are tried again one by one, up to a position.</summary>
internal sealed class MessageRefusedException(string reason, long until) : Exception(reason)
{
    public long Until => until;
}

/// <summary>The broker or the client cannot go on as it is. Nothing is lost: it starts anew from the checkpoint.</summary>
internal sealed class SendFailedException(string reason) : Exception(reason);

/// <summary>Somebody else publishes now.</summary>
internal sealed class EpochOverException() : Exception("Another publisher has taken over.");

/// <summary>The topics hold events that the log does not: a person has to say that this is known.</summary>
internal sealed class TopicsAheadException(IReadOnlyList<EventStore.PartAhead> parts, long end) : Exception(
    $"{parts.Count} parts of topics end with events that the log does not hold, up to position {parts.Max(part => part.Position)}; the log ends at {end}. "
    + "The database was restored to an earlier moment. Read docs/kafka.md, then accept it with `orders kafka accept-ahead`.")
{
    /// <summary>Events, at least.</summary>
    public long AheadBy => Math.Max(1, parts.Max(part => part.Position) - end);
}
