using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.LogConsistency;

/// <summary>
/// Events as JSON under names of the caller's choice, one stream per grain: <c>type</c> is the grain's type, <c>id</c> its key.
/// </summary>
public sealed class JsonJournalFormat : IJournalFormat
{
    private static readonly byte[] NoMetadata = "{}"u8.ToArray();

    private readonly FrozenDictionary<string, Type> types;
    private readonly FrozenDictionary<Type, string> names;
    private readonly JsonSerializerOptions json;
    private readonly string tenant;
    private readonly TimeProvider time;

    /// <param name="events">Stored name by event type. A name once used stays in use.</param>
    /// <param name="options">For events and snapshots; give one with source-generated contexts where speed matters.</param>
    /// <param name="tenant">Owns the streams.</param>
    /// <exception cref="ArgumentException">Two types share a name.</exception>
    public JsonJournalFormat(
        IReadOnlyDictionary<Type, string> events, JsonSerializerOptions? options = null, string tenant = "default", TimeProvider? time = null)
    {
        names = events.ToFrozenDictionary();
        types = events.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
        json = options ?? JsonSerializerOptions.Web;
        this.tenant = tenant;
        this.time = time ?? TimeProvider.System;
    }

    public StreamName StreamOf(GrainId grain) => new(tenant, grain.Type.ToString()!.Replace('-', '_'), grain.Key.ToString()!);

    public NewEvent Encode(object entry) => new(
        Guid.NewGuid(), names[entry.GetType()], JsonSerializer.SerializeToUtf8Bytes(entry, entry.GetType(), json), NoMetadata, time.GetUtcNow());

    public object Decode(RecordedEvent recorded) => JsonSerializer.Deserialize(recorded.Data.Span, types[recorded.Type], json)
        ?? throw new JsonException($"An event named {recorded.Type} is null.");

    public string? SchemaOf(Type view)
    {
        var shape = string.Join('\n', view.GetProperties().Select(property => $"{property.Name} {property.PropertyType}").Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{view.FullName}\n{shape}")))[..32];
    }

    public byte[] EncodeView(object view) => JsonSerializer.SerializeToUtf8Bytes(view, view.GetType(), json);

    public object DecodeView(Type view, ReadOnlyMemory<byte> bytes) => JsonSerializer.Deserialize(bytes.Span, view, json)
        ?? throw new JsonException("A view is never null.");
}
