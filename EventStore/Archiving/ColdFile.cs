using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansOrders.EventStore;

/// <summary>Where one stream's events stand in a cold file.</summary>
/// <param name="Bytes">Compressed, as they stand.</param>
/// <param name="Sha256">Of these bytes.</param>
public readonly record struct ColdPlace(long FirstByte, int Bytes, ReadOnlyMemory<byte> Sha256);

/// <summary>What a cold file holds of an event that its row does not.</summary>
public readonly record struct ColdEvent(ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Metadata);

/// <summary>
/// A file of archived streams, one behind the other, each compressed by itself so that one can be read alone. Each is a JSON
/// object with all that the log knows of the stream's events, so that the file tells its story without the database too.
/// </summary>
public static class ColdFile
{
    /// <summary>What stands in an event's row in place of its data, once that is in a cold file.</summary>
    public static ReadOnlySpan<byte> Placeholder => "null"u8;

    /// <summary>Writes a new file; returns when it is on the disk under its name.</summary>
    /// <returns>The place of each stream, in order.</returns>
    public static async Task<IReadOnlyList<ColdPlace>> Write(
        string path, IReadOnlyList<IReadOnlyList<RecordedEvent>> streams, CancellationToken cancellation)
    {
        var places = new List<ColdPlace>();
        await using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            foreach (var events in streams)
            {
                var bytes = Compress(events);
                places.Add(new ColdPlace(file.Position, bytes.Length, SHA256.HashData(bytes)));
                await file.WriteAsync(bytes, cancellation);
            }
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path);
        return places;
    }

    /// <summary>Data and metadata of one stream's events by version, byte for byte.</summary>
    /// <exception cref="ColdFileException">The file is not there, or is not what was written.</exception>
    public static async Task<IReadOnlyDictionary<long, ColdEvent>> Read(string path, ColdPlace place, CancellationToken cancellation)
    {
        var bytes = new byte[place.Bytes];
        try
        {
            await using var file = File.OpenRead(path);
            file.Position = place.FirstByte;
            await file.ReadExactlyAsync(bytes, cancellation);
        }
        catch (IOException broken)
        {
            throw new ColdFileException($"The archive {path} cannot be read ({broken.Message}): put it back, from a backup if it must be.");
        }
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(place.Sha256.Span)
            ? Decompress(bytes)
            : throw new ColdFileException($"The archive {path} is not what was written: put it back from a backup.");
    }

    private static byte[] Compress(IReadOnlyList<RecordedEvent> events)
    {
        using var target = new MemoryStream();
        using (var compressed = new BrotliStream(target, CompressionLevel.Optimal, leaveOpen: true))
        using (var json = new Utf8JsonWriter(compressed, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("tenant", events[0].Stream.Tenant);
            json.WriteString("stream", events[0].Stream.StreamId);
            json.WriteStartArray("events");
            foreach (var recorded in events)
                Write(json, recorded);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return target.ToArray();
    }

    // Data and metadata go in as they are: the hash covers them byte for byte.
    private static void Write(Utf8JsonWriter json, RecordedEvent recorded)
    {
        json.WriteStartObject();
        json.WriteNumber("version", recorded.Version);
        json.WriteNumber("position", recorded.Position);
        json.WriteString("eventId", recorded.EventId);
        json.WriteString("type", recorded.Type);
        json.WriteString("occurredAt", recorded.OccurredAt);
        json.WriteString("recordedAt", recorded.RecordedAt);
        json.WriteBase64String("hash", recorded.Hash.Span);
        json.WritePropertyName("metadata");
        json.WriteRawValue(recorded.Metadata.Span, skipInputValidation: true);
        json.WritePropertyName("data");
        json.WriteRawValue(recorded.Data.Span, skipInputValidation: true);
        json.WriteEndObject();
    }

    private static Dictionary<long, ColdEvent> Decompress(byte[] bytes)
    {
        using var source = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var document = JsonDocument.Parse(source, new JsonDocumentOptions { MaxDepth = 256 });
        return document.RootElement.GetProperty("events").EnumerateArray().ToDictionary(
            recorded => recorded.GetProperty("version").GetInt64(),
            recorded => new ColdEvent(BytesOf(recorded.GetProperty("data")), BytesOf(recorded.GetProperty("metadata"))));
    }

    private static byte[] BytesOf(JsonElement raw) => Encoding.UTF8.GetBytes(raw.GetRawText());
}

/// <summary>An archived stream's file is not there, or is damaged.</summary>
public sealed class ColdFileException(string message) : Exception(message);
