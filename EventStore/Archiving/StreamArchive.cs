using System.Security.Cryptography;
using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>A stream that goes into a cold file, as it was read: whole, its chain checked.</summary>
public sealed record ClosedStream(StreamName Name, StreamHead Head, IReadOnlyList<RecordedEvent> Events);

/// <summary>What a cold file holds; its manifest, which stands beside it.</summary>
public sealed record ColdFileManifest(Guid Id, string File, long Bytes, string Sha256, IReadOnlyList<ColdStreamManifest> Streams);

/// <param name="Version">Of the last event in the file.</param>
/// <param name="Hash">Of that event, in hex: the head of the stream's chain.</param>
public sealed record ColdStreamManifest(string Tenant, string Stream, long Version, int Events, string Hash, long FirstByte, int Bytes, string Sha256);

/// <summary>
/// Moves data and metadata of closed streams' events into cold files: the file is written, on the disk and read back before any row
/// changes. Interrupted anywhere, the log is whole; at worst a file is left that no row speaks of.
/// </summary>
/// <param name="dataSource">Of whoever may change events: their owner. Stays the caller's.</param>
public sealed class StreamArchive(NpgsqlDataSource dataSource, string folder)
{
    private const int ReadBatch = 1_000;

    // One statement, because nobody can append meanwhile.
    private const string Move = """
        with wanted as (
            select * from unnest($2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::bigint[], $7::integer[], $8::bytea[])
                w(tenant, stream_id, version, hash, first_byte, bytes, sha256)),
        moved as (
            update streams s set archived = true from wanted w
            where s.stream_id = w.stream_id and s.tenant = w.tenant and s.version = w.version and s.hash = w.hash
            returning s.stream_key, w.version, w.first_byte, w.bytes, w.sha256),
        placed as (
            insert into archived_streams (stream_key, version, archive_id, first_byte, bytes, sha256)
            select stream_key, version, $1, first_byte, bytes, sha256 from moved
            on conflict (stream_key) do update set version = excluded.version, archive_id = excluded.archive_id,
                first_byte = excluded.first_byte, bytes = excluded.bytes, sha256 = excluded.sha256),
        cleared as (
            update events e set data = 'null', metadata = json_strip_nulls(json_build_object(
                'commandId', e.metadata -> 'commandId', 'causationId', e.metadata -> 'causationId'))
            from moved m where e.stream_key = m.stream_key and e.version <= m.version)
        select count(*) from moved
        """;

    private readonly LogReader _reader = new(dataSource);

    public Task<StreamHead> ReadHead(StreamName name, CancellationToken cancellation) => _reader.ReadHead(name, cancellation);

    /// <summary>Reads a whole stream and checks its chain.</summary>
    /// <returns>Null when it does not exist, or its chain does not hold: what is damaged stays where it is.</returns>
    public async Task<ClosedStream?> Read(StreamName name, CancellationToken cancellation)
    {
        var head = await _reader.ReadHead(name, cancellation);
        var events = new List<RecordedEvent>();
        while (events.Count < head.Version)
        {
            var page = await _reader.ReadStream(name, events.Count, ReadBatch, cancellation);
            if (page.Count == 0)
                return null;
            events.AddRange(page);
        }
        return head.Version > 0 && events.Count == head.Version && Holds(head, events) ? new ClosedStream(name, head, events) : null;
    }

    /// <summary>Moves them, all together. Streams that have moved on since they were read are left as they are.</summary>
    /// <returns>The file's manifest, and how many streams were moved.</returns>
    public async Task<(ColdFileManifest Manifest, int Moved)> MoveToFile(IReadOnlyList<ClosedStream> streams, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var id = Guid.NewGuid();
        var path = Path.Combine(folder, $"{id:n}.cold");
        var places = await ColdFile.Write(path, [.. streams.Select(stream => stream.Events)], cancellation);
        await ReadBack(path, streams, places, cancellation);
        var manifest = await Describe(id, path, streams, places, cancellation);
        return (manifest, await MoveRows(manifest, streams, places, cancellation));
    }

    private static bool Holds(StreamHead head, List<RecordedEvent> events)
    {
        ReadOnlyMemory<byte> previous = new byte[HashChain.Length];
        foreach (var recorded in events)
        {
            if (!HashChain.Holds(previous.Span, recorded))
                return false;
            previous = recorded.Hash;
        }
        return previous.Span.SequenceEqual(head.Hash.Span);
    }

    private static async Task ReadBack(
        string path, IReadOnlyList<ClosedStream> streams, IReadOnlyList<ColdPlace> places, CancellationToken cancellation)
    {
        for (var i = 0; i < streams.Count; i++)
        {
            var back = await ColdFile.Read(path, places[i], cancellation);
            if (!streams[i].Events.All(recorded => back.TryGetValue(recorded.Version, out var cold)
                && cold.Data.Span.SequenceEqual(recorded.Data.Span) && cold.Metadata.Span.SequenceEqual(recorded.Metadata.Span)))
                throw new ColdFileException($"{path} does not hold what was written for {streams[i].Name}: see to the disk. Nothing was moved.");
        }
    }

    private static async Task<ColdFileManifest> Describe(
        Guid id, string path, IReadOnlyList<ClosedStream> streams, IReadOnlyList<ColdPlace> places, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        var whole = await SHA256.HashDataAsync(file, cancellation);
        return new ColdFileManifest(id, Path.GetFileName(path), file.Length, Convert.ToHexStringLower(whole), [.. streams.Select((stream, i) => new ColdStreamManifest(
            stream.Name.Tenant, stream.Name.StreamId, stream.Head.Version, stream.Events.Count, Convert.ToHexStringLower(stream.Head.Hash.Span),
            places[i].FirstByte, places[i].Bytes, Convert.ToHexStringLower(places[i].Sha256.Span)))]);
    }

    private async Task<int> MoveRows(
        ColdFileManifest manifest, IReadOnlyList<ClosedStream> streams, IReadOnlyList<ColdPlace> places, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Appends hold this row while they change heads.
        await Ask(connection, "select position from log for update", cancellation);
        await Ask(
            connection, "insert into archives (archive_id, folder, file_name, bytes, sha256) values ($1, $2, $3, $4, $5) returning bytes",
            cancellation, manifest.Id, folder, manifest.File, manifest.Bytes, Convert.FromHexString(manifest.Sha256));
        var moved = await Ask(
            connection, Move, cancellation, manifest.Id, streams.Select(stream => stream.Name.Tenant).ToArray(),
            streams.Select(stream => stream.Name.StreamId).ToArray(), streams.Select(stream => stream.Head.Version).ToArray(),
            streams.Select(stream => stream.Head.Hash.ToArray()).ToArray(), places.Select(place => place.FirstByte).ToArray(),
            places.Select(place => place.Bytes).ToArray(), places.Select(place => place.Sha256.ToArray()).ToArray());
        await transaction.CommitAsync(cancellation);
        return (int)moved;
    }

    private static async Task<long> Ask(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
