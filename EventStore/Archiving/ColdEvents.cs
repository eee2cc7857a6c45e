using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>Puts data and metadata of archived events back where readers look for them.</summary>
internal static class ColdEvents
{
    private const string Places = """
        select s.tenant, s.stream_id, x.first_byte, x.bytes, x.sha256, a.folder, a.file_name
        from unnest($1::text[], $2::text[]) w(tenant, stream_id)
        join streams s on s.stream_id = w.stream_id and s.tenant = w.tenant
        join archived_streams x on x.stream_key = s.stream_key
        join archives a on a.archive_id = x.archive_id
        """;

    /// <summary>Whether an event's data is elsewhere, or looks so: somebody may have stored just this.</summary>
    public static bool IsCold(ReadOnlySpan<byte> data) => data.SequenceEqual(ColdFile.Placeholder);

    /// <summary>The same events, those of archived streams with their data.</summary>
    /// <exception cref="StoreUnavailableException">A cold file cannot be read.</exception>
    public static async Task<IReadOnlyList<RecordedEvent>> Fill(
        NpgsqlDataSource dataSource, List<RecordedEvent> events, CancellationToken cancellation)
    {
        var streams = events.Where(recorded => IsCold(recorded.Data.Span)).Select(recorded => recorded.Stream).Distinct().ToList();
        if (streams.Count == 0)
            return events;
        var found = new Dictionary<StreamName, IReadOnlyDictionary<long, ColdEvent>>();
        foreach (var (stream, path, place) in await Find(dataSource, streams, cancellation))
            found[stream] = await Read(path, place, cancellation);
        for (var i = 0; i < events.Count; i++)
        {
            if (IsCold(events[i].Data.Span) && found.TryGetValue(events[i].Stream, out var cold) && cold.TryGetValue(events[i].Version, out var one))
                events[i] = events[i] with { Data = one.Data, Metadata = one.Metadata };
        }
        return events;
    }

    private static async Task<IReadOnlyDictionary<long, ColdEvent>> Read(string path, ColdPlace place, CancellationToken cancellation)
    {
        try
        {
            return await ColdFile.Read(path, place, cancellation);
        }
        catch (ColdFileException unreadable)
        {
            throw new StoreUnavailableException(unreadable.Message, unreadable);
        }
    }

    private static async Task<List<(StreamName Stream, string Path, ColdPlace Place)>> Find(
        NpgsqlDataSource dataSource, List<StreamName> streams, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(Places, connection);
        command.Parameters.Add(new() { Value = streams.Select(stream => stream.Tenant).ToArray() });
        command.Parameters.Add(new() { Value = streams.Select(stream => stream.StreamId).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<(StreamName, string, ColdPlace)>();
        while (await reader.ReadAsync(cancellation))
        {
            found.Add((
                StoredNames.Parse(reader.GetString(0), reader.GetString(1)), Path.Combine(reader.GetString(5), reader.GetString(6)),
                new ColdPlace(reader.GetInt64(2), reader.GetInt32(3), reader.GetFieldValue<byte[]>(4))));
        }
        return found;
    }
}
