using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Verify;

/// <summary>Data and metadata of archived streams, from the files in which they stand. What cannot be read stays away, and is a finding.</summary>
internal sealed class ArchivedData(LogSnapshot snapshot)
{
    private const string Places = """
        select x.stream_key, x.version, x.first_byte, x.bytes, x.sha256, a.folder, a.file_name
        from archived_streams x join archives a on a.archive_id = x.archive_id where x.stream_key = any($1)
        """;

    private readonly Dictionary<(long Key, long Version), ColdEvent> data = [];
    private readonly HashSet<long> known = [];

    /// <summary>Of a batch of streams, in place of the batch before.</summary>
    public async Task Read(IEnumerable<StreamRow> streams, CancellationToken cancellation)
    {
        data.Clear();
        known.Clear();
        var archived = streams.Where(stream => stream.IsArchived).Select(stream => stream.Key).ToArray();
        if (archived.Length == 0)
            return;
        await foreach (var row in snapshot.Read(Places, cancellation, archived))
        {
            var place = new ColdPlace(row.GetInt64(2), row.GetInt32(3), row.GetFieldValue<byte[]>(4));
            try
            {
                foreach (var (version, cold) in await ColdFile.Read(Path.Combine(row.GetString(5), row.GetString(6)), place, cancellation))
                    data[(row.GetInt64(0), version)] = cold;
                known.Add(row.GetInt64(0));
            }
            catch (ColdFileException)
            {
                // The stream's events then lack their data, and its chain says so.
            }
        }
    }

    public RecordedEvent Fill(StreamRow stream, RecordedEvent recorded) =>
        recorded.Data.Span.SequenceEqual(ColdFile.Placeholder) && data.TryGetValue((stream.Key, recorded.Version), out var cold)
            ? recorded with { Data = cold.Data, Metadata = cold.Metadata }
            : recorded;

    /// <summary>Marked as archived, and no file can be read for it.</summary>
    public bool IsLost(StreamRow stream) => stream.IsArchived && !known.Contains(stream.Key);
}
