using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>An event as it stands in a topic.</summary>
internal sealed record Message(RecordedEvent Event, long Epoch);

/// <summary>The topics, all in one list: what counts is the order of each stream.</summary>
internal sealed class Topic
{
    private readonly HashSet<(StreamName, long)> seen = [];

    public List<Message> Messages { get; } = [];

    public void Append(Message message)
    {
        Messages.Add(message);
        seen.Add((message.Event.Stream, message.Event.Version));
    }

    public bool Holds(RecordedEvent recorded) => seen.Contains((recorded.Stream, recorded.Version));
}

/// <summary>Who may publish, and from where on.</summary>
internal sealed record Tenure(long Epoch, long Position);

/// <summary>The publisher's row in the database.</summary>
internal interface IPublisherBook
{
    /// <summary>Asks for the right to publish, or to keep it; null while somebody else has it.</summary>
    Tenure? Lease(string owner, TimeSpan lease);

    /// <returns>False when the epoch is over.</returns>
    bool Checkpoint(long epoch, long position);
}

/// <summary>The rules of the functions <c>lease_publisher</c> and <c>checkpoint_publisher</c>.</summary>
/// <param name="advancing">Told of every step of the checkpoint, from and to.</param>
internal sealed class PublisherBook(Func<TimeSpan> now, Action<long, long> advancing) : IPublisherBook
{
    private string owner = "";
    private long epoch;
    private TimeSpan until;

    public long Position { get; private set; }

    /// <summary>Every checkpoint that was written, with the epoch that was in force and the one that wrote it.</summary>
    public List<(long InForce, long Writer, long Position)> Written { get; } = [];

    public Tenure? Lease(string asking, TimeSpan lease)
    {
        if (asking != owner)
        {
            if (until > now())
                return null;
            (owner, epoch) = (asking, epoch + 1);
        }
        until = now() + lease;
        return new Tenure(epoch, Position);
    }

    public bool Checkpoint(long writer, long position)
    {
        if (writer != epoch || position < Position)
            return false;
        advancing(Position, position);
        Written.Add((epoch, writer, position));
        Position = position;
        return true;
    }
}
