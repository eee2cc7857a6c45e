using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Reads every stream and folds it. Streams of one id come together (an order, its payment, its shipment, its fulfilment),
/// so that what belongs together can be compared while only one of them is in memory.
/// </summary>
internal sealed class StreamWalk(
    LogSnapshot snapshot, IReadOnlyList<IStreamVisitor> visitors, IReadOnlyDictionary<(string Tenant, Guid EventId), EventRepair> repairs)
{
    private const int BatchStreams = 400;

    private readonly ArchivedData archived = new(snapshot);

    private const string Streams = """
        select s.stream_key, s.tenant, s.stream_id, s.type, s.version, s.position, s.hash, s.archived, s.created_at,
            n.version, n.position, n.hash, n.schema, n.state, n.checksum
        from streams s left join snapshots n on n.tenant = s.tenant and n.stream_id = s.stream_id
        where (s.stream_id like 'stock-%') = $1
        order by s.tenant, substr(s.stream_id, strpos(s.stream_id, '-') + 1), s.stream_id, s.stream_key
        """;

    private const string Events = """
        select k.place, e.position, e.version, e.event_id, e.type, e.data, e.metadata, e.occurred_at, e.recorded_at, e.hash,
            e.tenant, e.stream_id
        from unnest($1::bigint[]) with ordinality k(stream_key, place) join events e on e.stream_key = k.stream_key
        order by k.place, e.version, e.position
        """;

    /// <summary>Called with every batch before its events are read.</summary>
    public Func<IReadOnlyList<StreamRow>, Task> BeforeBatch { get; init; } = _ => Task.CompletedTask;

    /// <param name="stock">Stock's streams, or all others.</param>
    public async Task Run(bool stock, CancellationToken cancellation)
    {
        var batch = new List<StreamRow>();
        await foreach (var row in snapshot.Read(Streams, cancellation, stock))
        {
            var stream = ReadStream(row);
            if (batch.Count >= BatchStreams && !IsSameId(batch[^1].Name, stream.Name))
                await Walk(batch, cancellation);
            batch.Add(stream);
        }
        await Walk(batch, cancellation);
    }

    private static bool IsSameId(StreamName left, StreamName right) => left.Tenant == right.Tenant && left.Id == right.Id;

    private async Task Walk(List<StreamRow> batch, CancellationToken cancellation)
    {
        await BeforeBatch(batch);
        await archived.Read(batch, cancellation);
        for (var i = 0; i < batch.Count; i++)
            batch[i] = batch[i] with { IsLost = archived.IsLost(batch[i]) };
        var next = 0;
        Fold? fold = null;
        await foreach (var row in snapshot.Read(Events, cancellation, batch.Select(stream => stream.Key).ToArray()))
        {
            var place = (int)row.GetInt64(0) - 1;
            for (; next <= place; next++)
            {
                fold?.End();
                fold = new Fold(batch[next], visitors, repairs);
            }
            fold!.Apply(archived.Fill(batch[place], ReadEvent(row)));
        }
        fold?.End();
        for (; next < batch.Count; next++)
            new Fold(batch[next], visitors, repairs).End();
        batch.Clear();
    }

    private static StreamRow ReadStream(NpgsqlDataReader row)
    {
        var snapshotted = row.IsDBNull(9) ? null : new SnapshotRow(
            new StreamHead(row.GetInt64(9), row.GetInt64(10), row.GetFieldValue<byte[]>(11)), row.GetString(12),
            row.GetFieldValue<byte[]>(13), row.GetFieldValue<byte[]>(14));
        return new StreamRow(
            row.GetInt64(0), Name(row.GetString(1), row.GetString(2)), row.GetString(3),
            new StreamHead(row.GetInt64(4), row.GetInt64(5), row.GetFieldValue<byte[]>(6)), row.GetBoolean(7),
            row.GetFieldValue<DateTimeOffset>(8), snapshotted);
    }

    private static RecordedEvent ReadEvent(NpgsqlDataReader row) => new(
        row.GetInt64(1), Name(row.GetString(10), row.GetString(11)), row.GetInt64(2), row.GetGuid(3), row.GetString(4),
        row.GetFieldValue<byte[]>(5), row.GetFieldValue<byte[]>(6), row.GetFieldValue<DateTimeOffset>(7),
        row.GetFieldValue<DateTimeOffset>(8), row.GetFieldValue<byte[]>(9));

    // A damaged row may name a stream as nobody would.
    private static StreamName Name(string tenant, string streamId)
    {
        var dash = streamId.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? new StreamName(tenant, streamId, "") : new StreamName(tenant, streamId[..dash], streamId[(dash + 1)..]);
    }

    internal sealed class Fold
    {
        private readonly StreamRow stream;
        private readonly IReadOnlyList<IStreamVisitor> visitors;
        private readonly IReadOnlyDictionary<(string Tenant, Guid EventId), EventRepair> repairs;
        private object? state;

        public Fold(
            StreamRow stream, IReadOnlyList<IStreamVisitor> visitors, IReadOnlyDictionary<(string Tenant, Guid EventId), EventRepair> repairs)
        {
            (this.stream, this.visitors, this.repairs, state) = (stream, visitors, repairs, AggregateFolds.Initial(stream.Name.Type));
            foreach (var visitor in visitors)
                visitor.Begin(stream);
        }

        public void Apply(RecordedEvent recorded)
        {
            // As every reader does: as it stands, and where that fails as it was repaired.
            if (!TryTake(recorded.Type, recorded.Data, out var decoded)
                && (!repairs.TryGetValue((recorded.Stream.Tenant, recorded.EventId), out var repair) || !TryTake(repair.Type, repair.Data, out decoded)))
                state = null; // The chain's visitor says so; the others cannot go on with this stream.
            var walked = new WalkedEvent(recorded, decoded, state);
            foreach (var visitor in visitors)
                visitor.See(stream, walked);
        }

        private bool TryTake(string type, ReadOnlyMemory<byte> data, out DomainEvent? decoded)
        {
            decoded = null;
            try
            {
                decoded = EventCatalog.Decode(type, data.Span);
                state = state is null ? null : AggregateFolds.Evolve(state, decoded);
                return true;
            }
            catch (Exception broken) when (broken is not OutOfMemoryException)
            {
                return false;
            }
        }

        public void End()
        {
            foreach (var visitor in visitors)
                visitor.End(stream, state);
        }
    }
}
