using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>
/// Reads of <c>events</c>, <c>streams</c> and <c>log</c>. Committed rows of the log have no gaps, so positions alone are enough. The
/// data of archived streams comes from their files; nobody who reads notices, but by the time that it takes.
/// </summary>
internal sealed class LogReader(NpgsqlDataSource dataSource)
{
    private const string Columns = "position, version, event_id, type, data, metadata, occurred_at, recorded_at, hash";

    private const string OfStream = """
        from events
        where stream_key = (select stream_key from streams where tenant = $1 and stream_id = $2) and version > $3
        order by version limit $4
        """;

    private const string StreamEvents = $"select {Columns} {OfStream}";

    private const string FoldableEvents = $"select version, event_id, type, data, position, hash {OfStream}";

    private const string LogEvents = $"""
        select {Columns}, tenant, stream_id from events where position > $1 order by position limit $2
        """;

    private const string Head = "select version, position, hash from streams where tenant = $1 and stream_id = $2";

    private const string End = "select position from log";

    public async Task<StreamHead> ReadHead(StreamName stream, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(Head, connection);
        AddName(command, stream);
        await command.PrepareAsync(cancellation);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new StreamHead(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2))
            : StreamHead.None;
    }

    public async Task<IReadOnlyList<RecordedEvent>> ReadStream(
        StreamName stream, long afterVersion, int limit, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(StreamEvents, connection);
        AddName(command, stream);
        Add(command, afterVersion);
        Add(command, (long)limit);
        return await ReadEvents(command, stream, cancellation);
    }

    public async Task<(int Taken, StreamHead Head)> FoldStream(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation)
    {
        var (taken, head, coldVersion) = await FoldRows(stream, afterVersion, limit, take, cancellation);
        if (coldVersion is null)
            return (taken, head);
        // With the data fetched from its file; those that are no longer in it follow in the same way.
        foreach (var recorded in await ReadStream(stream, coldVersion.Value - 1, limit - taken, cancellation))
        {
            if (!take(new FoldableEvent(recorded.Version, recorded.EventId, recorded.Type, recorded.Data.ToArray())))
                break;
            taken++;
            head = new StreamHead(recorded.Version, recorded.Position, recorded.Hash);
        }
        return (taken, head);
    }

    /// <returns>Also the version of the first event whose data is not in its row, at which it ended.</returns>
    private async Task<(int Taken, StreamHead Head, long? ColdVersion)> FoldRows(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(FoldableEvents, connection);
        AddName(command, stream);
        Add(command, afterVersion);
        Add(command, (long)limit);
        await command.PrepareAsync(cancellation);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (taken, head, texts) = (0, StreamHead.None, new RepeatedTexts());
        while (await reader.ReadAsync(cancellation))
        {
            var (version, data) = (reader.GetInt64(0), reader.GetFieldValue<byte[]>(3));
            if (ColdEvents.IsCold(data))
                return (taken, head, version);
            if (!take(new FoldableEvent(version, reader.GetGuid(1), texts.Read(reader, 2), data)))
                break;
            taken++;
            head = new StreamHead(version, reader.GetInt64(4), reader.GetFieldValue<byte[]>(5));
        }
        return (taken, head, null);
    }

    public async Task<IReadOnlyList<RecordedEvent>> ReadLog(long afterPosition, int limit, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(LogEvents, connection);
        Add(command, afterPosition);
        Add(command, (long)limit);
        return await ReadEvents(command, null, cancellation);
    }

    public async Task<long> ReadEnd(CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await ReadEnd(connection, cancellation);
    }

    public static async Task<long> ReadEnd(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(End, connection);
        await command.PrepareAsync(cancellation);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static void AddName(NpgsqlCommand command, StreamName stream)
    {
        Add(command, stream.Tenant);
        Add(command, stream.StreamId);
    }

    private static void Add<T>(NpgsqlCommand command, T value) =>
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });

    /// <param name="stream">Whose events they are; null when each row says so itself.</param>
    private async Task<IReadOnlyList<RecordedEvent>> ReadEvents(
        NpgsqlCommand command, StreamName? stream, CancellationToken cancellation)
    {
        await command.PrepareAsync(cancellation);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<RecordedEvent>();
        var (bytes, texts, isAnyCold) = (new SharedBytes(), new RepeatedTexts(), false);
        while (await reader.ReadAsync(cancellation))
        {
            events.Add(ReadEvent(reader, stream ?? texts.ReadName(reader, 9, 10), bytes, texts));
            isAnyCold |= ColdEvents.IsCold(events[^1].Data.Span);
        }
        return isAnyCold ? await ColdEvents.Fill(dataSource, events, cancellation) : events;
    }

    private static RecordedEvent ReadEvent(NpgsqlDataReader reader, StreamName stream, SharedBytes bytes, RepeatedTexts texts) => new(
        reader.GetInt64(0), stream, reader.GetInt64(1), reader.GetGuid(2), texts.Read(reader, 3), bytes.Read(reader, 4), bytes.Read(reader, 5),
        reader.GetFieldValue<DateTimeOffset>(6), reader.GetFieldValue<DateTimeOffset>(7), bytes.Read(reader, 8));
}
