using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Reactions;

/// <summary>The dead letters of the reactions.</summary>
public interface IReactionLetters
{
    /// <summary>Looks whether somebody has parked a stream or asked for a replay.</summary>
    Task Refresh(CancellationToken cancellation);

    /// <summary>As of the last <see cref="Refresh"/>.</summary>
    ParkedStream? Find(StreamName stream);

    IReadOnlyList<ParkedStream> ReplayRequests { get; }

    Task Park(PoisonEvent poison, CancellationToken cancellation);

    Task Close(Guid letterId, CancellationToken cancellation);
}

/// <summary>In the database's tables, which every edition shares.</summary>
public sealed class PostgresReactionLetters(DeadLetters letters) : IReactionLetters
{
    private readonly ParkedStreams parked = new(letters, ReactionParking.Consumer);

    public IReadOnlyList<ParkedStream> ReplayRequests => parked.ReplayRequests;

    public Task Refresh(CancellationToken cancellation) => parked.Refresh(cancellation);

    public ParkedStream? Find(StreamName stream) => parked.Find(stream);

    public async Task Park(PoisonEvent poison, CancellationToken cancellation)
    {
        await letters.Park(poison, cancellation);
        await parked.Refresh(cancellation);
    }

    public async Task Close(Guid letterId, CancellationToken cancellation)
    {
        await letters.Close(letterId, cancellation);
        await parked.Refresh(cancellation);
    }
}

/// <summary>Kept only as long as the process: for tests and simulation.</summary>
public sealed class InMemoryReactionLetters : IReactionLetters
{
    private readonly Lock gate = new();
    private readonly Dictionary<StreamName, (ParkedStream Parked, PoisonEvent Poison)> open = [];

    /// <summary>What is parked, and why.</summary>
    public IReadOnlyList<PoisonEvent> Open
    {
        get
        {
            lock (gate)
                return [.. open.Values.Select(letter => letter.Poison)];
        }
    }

    public IReadOnlyList<ParkedStream> ReplayRequests
    {
        get
        {
            lock (gate)
                return [.. open.Values.Select(letter => letter.Parked).Where(parked => parked.IsReplayRequested)];
        }
    }

    public Task Refresh(CancellationToken cancellation) => Task.CompletedTask;

    public ParkedStream? Find(StreamName stream)
    {
        lock (gate)
            return open.TryGetValue(stream, out var letter) ? letter.Parked : null;
    }

    public Task Park(PoisonEvent poison, CancellationToken cancellation)
    {
        lock (gate)
            open[poison.Stream] = (new ParkedStream(poison.EventId, poison.Stream, poison.Version, false), poison);
        return Task.CompletedTask;
    }

    public Task Close(Guid letterId, CancellationToken cancellation)
    {
        lock (gate)
        {
            foreach (var (stream, letter) in open.ToList())
            {
                if (letter.Parked.LetterId == letterId)
                    open.Remove(stream);
            }
        }
        return Task.CompletedTask;
    }

    /// <summary>Asks for a replay of the stream.</summary>
    public void RequestReplay(StreamName stream)
    {
        lock (gate)
            open[stream] = open[stream] with { Parked = open[stream].Parked with { IsReplayRequested = true } };
    }
}
