using System.Collections.Immutable;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>The log at the end of a run, decoded and folded by the judge itself.</summary>
internal sealed class JudgedLog
{
    private readonly Dictionary<StreamName, List<object>> states = [];

    public JudgedLog(IReadOnlyList<RecordedEvent> events, IReadOnlyDictionary<Guid, EventRepair> repairs)
    {
        Events = events;
        Repairs = repairs.Values.ToImmutableDictionary(repair => (repair.Tenant, repair.EventId));
        var envelopes = new List<EventEnvelope>(events.Count);
        foreach (var recorded in events)
        {
            if (Open(recorded) is not { } envelope)
            {
                Unreadable.Add(recorded);
                continue;
            }
            envelopes.Add(envelope);
            if (!states.TryGetValue(recorded.Stream, out var known))
                states.Add(recorded.Stream, known = [AggregateFolds.Initial(recorded.Stream.Type)!]);
            try
            {
                known.Add(AggregateFolds.Evolve(known[^1], envelope.Event));
            }
            catch (ImpossibleEventException)
            {
                Unreadable.Add(recorded);
            }
        }
        Envelopes = envelopes;
    }

    public IReadOnlyList<RecordedEvent> Events { get; }

    public IReadOnlyList<EventEnvelope> Envelopes { get; }

    /// <summary>What nobody can decode or fold, not even repaired.</summary>
    public List<RecordedEvent> Unreadable { get; } = [];

    public IReadOnlyDictionary<(string Tenant, Guid EventId), EventRepair> Repairs { get; }

    public IEnumerable<StreamName> Streams => states.Keys;

    public long VersionOf(StreamName stream) => states.TryGetValue(stream, out var known) ? known.Count - 1 : 0;

    /// <summary>The stream's state after so many events; null when it never had so many.</summary>
    public object? StateAt(StreamName stream, long version) => states.TryGetValue(stream, out var known)
        ? version < known.Count ? known[(int)version] : null
        : version == 0 ? AggregateFolds.Initial(stream.Type) : null;

    /// <summary>Shows every stream to the visitors, stock first, then order by order.</summary>
    public void Walk(Func<StreamName, bool> wanted, IReadOnlyList<IStreamVisitor> visitors)
    {
        var streams = Events.GroupBy(recorded => recorded.Stream).Where(stream => wanted(stream.Key))
            .OrderBy(stream => stream.Key.Tenant, StringComparer.Ordinal).ThenBy(stream => stream.Key.Id, StringComparer.Ordinal)
            .ThenBy(stream => stream.Key.Type, StringComparer.Ordinal);
        foreach (var stream in streams)
        {
            var (first, last) = (stream.First(), stream.Last());
            var row = new StreamRow(
                0, stream.Key, stream.Key.Type, new StreamHead(last.Version, last.Position, last.Hash), false, first.RecordedAt, null);
            var fold = new StreamWalk.Fold(row, visitors, Repairs);
            foreach (var recorded in stream)
                fold.Apply(recorded);
            fold.End();
        }
    }

    private EventEnvelope? Open(RecordedEvent recorded) => Decode(recorded, recorded.Type, recorded.Data)
        ?? (Repairs.TryGetValue((recorded.Stream.Tenant, recorded.EventId), out var repair) ? Decode(recorded, repair.Type, repair.Data) : null);

    private static EventEnvelope? Decode(RecordedEvent recorded, string type, ReadOnlyMemory<byte> data)
    {
        if (!EventCatalog.Knows(type))
            return null;
        return EventEnvelopes.From(
            recorded.Stream.Tenant, recorded.Stream.Type, recorded.Stream.Id, recorded.Version, recorded.Position, recorded.EventId,
            type, data, recorded.Metadata, recorded.RecordedAt);
    }
}
