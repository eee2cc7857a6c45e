using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansOrders.Domain;

/// <summary>
/// The newest <see cref="Limits.ClosedReservations"/> references that were used: what lets a late duplicate be
/// recognised without keeping every reference for ever. Immutable.
/// </summary>
[JsonConverter(typeof(RecentReferencesJson))]
public sealed class RecentReferences
{
    public static readonly RecentReferences None = new([], ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    private readonly ImmutableQueue<string> oldestFirst;
    private readonly ImmutableHashSet<string> known;

    private RecentReferences(ImmutableQueue<string> oldestFirst, ImmutableHashSet<string> known) =>
        (this.oldestFirst, this.known) = (oldestFirst, known);

    public int Count => known.Count;

    public IEnumerable<string> OldestFirst => oldestFirst;

    public bool Contains(string reference) => known.Contains(reference);

    /// <summary>With the reference as the newest; one that is known already stays where it is.</summary>
    public RecentReferences Add(string reference)
    {
        var added = known.Add(reference);
        if (ReferenceEquals(added, known))
            return this;
        var queue = oldestFirst.Enqueue(reference);
        if (added.Count <= Limits.ClosedReservations)
            return new RecentReferences(queue, added);
        queue = queue.Dequeue(out var oldest);
        return new RecentReferences(queue, added.Remove(oldest));
    }
}

/// <summary>An array of texts, oldest first.</summary>
internal sealed class RecentReferencesJson : JsonConverter<RecentReferences>
{
    public override RecentReferences Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("References are an array.");
        var references = RecentReferences.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            references = references.Add(reader.GetString()!);
        return reader.TokenType == JsonTokenType.EndArray ? references : throw new JsonException("A reference is a text.");
    }

    public override void Write(Utf8JsonWriter writer, RecentReferences value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var reference in value.OldestFirst)
            writer.WriteStringValue(reference);
        writer.WriteEndArray();
    }
}

/// <summary>An object of counts, its names in ordinal order, so that equal states have equal bytes.</summary>
internal sealed class OrdinalCountsJson : JsonConverter<ImmutableDictionary<string, long>>
{
    public override ImmutableDictionary<string, long> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Counts are an object.");
        var counts = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !counts.TryAdd(name, reader.GetInt64()))
                throw new JsonException("A count is a number, once for each name.");
        }
        return counts.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableDictionary<string, long> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, count) in value.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            writer.WriteNumber(name, count);
        writer.WriteEndObject();
    }
}
