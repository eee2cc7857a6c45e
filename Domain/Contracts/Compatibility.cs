using System.Text.Json.Nodes;

namespace OrleansOrders.Domain.Contracts;

/// <summary>One way in which a change would break somebody.</summary>
/// <param name="Where">The event and the place in it: <c>order-placed.v1 /properties/total</c>.</param>
/// <param name="Why">What changed, and which reader it breaks.</param>
public sealed record Incompatibility(string Where, string Why)
{
    public override string ToString() => $"{Where}: {Why}";
}

/// <summary>
/// Whether a change of the contracts is safe for everybody: for readers built before it, which meet events written after
/// it, and for readers built after it, which meet events written before it. Optional fields may come; words may change.
/// Everything else is a new version of the event, with a step from the old one in <see cref="Upcasters"/>.
/// </summary>
public static class Compatibility
{
    private static readonly HashSet<string> Words = ["title", "description", "examples", "$comment", "$id", "$schema"];

    private static readonly HashSet<string> Walked = ["properties", "required", "enum", "items"];

    /// <param name="released">By stored name: what readers were promised.</param>
    /// <param name="now">By stored name: what the code says.</param>
    public static IReadOnlyList<Incompatibility> Check(
        IReadOnlyDictionary<string, JsonObject> released, IReadOnlyDictionary<string, JsonObject> now) =>
    [
        .. released.Keys.Except(now.Keys).Order(StringComparer.Ordinal).Select(name => new Incompatibility(
            name, "was released and is gone or has another name or version: it stands in logs and topics and must stay readable")),
        .. released.Keys.Intersect(now.Keys).Order(StringComparer.Ordinal).SelectMany(name => Check(name, released[name], now[name])),
        .. now.Keys.Except(released.Keys).Where(name => Predecessor(name) is { } before && !now.ContainsKey(before))
            .Select(name => new Incompatibility(name, $"comes after {Predecessor(name)}, which does not exist: versions are counted from 1")),
    ];

    /// <summary>The same for one version of one event.</summary>
    public static IReadOnlyList<Incompatibility> Check(string name, JsonObject released, JsonObject now) => [.. Compare($"{name} ", released, now)];

    private static IEnumerable<Incompatibility> Compare(string where, JsonObject released, JsonObject now) =>
    [
        .. Fields(where, released, now), .. Values(where, released, now), .. Elements(where, released, now), .. Rest(where, released, now),
    ];

    private static IEnumerable<Incompatibility> Fields(string where, JsonObject released, JsonObject now)
    {
        var (before, after) = (Members(released), Members(now));
        var (requiredBefore, requiredAfter) = (Texts(released["required"]), Texts(now["required"]));
        foreach (var field in before.Select(member => member.Key).Concat(after.Select(member => member.Key)).Distinct())
        {
            var at = $"{where}/properties/{field}";
            if (after[field] is not JsonObject fieldAfter)
                yield return new(at, "was removed or renamed: readers built before the change look for it");
            else if (before[field] is not JsonObject fieldBefore)
            {
                if (requiredAfter.Contains(field))
                    yield return new(at, "is new and required: events written before the change do not have it");
            }
            else
            {
                if (requiredBefore.Contains(field) && !requiredAfter.Contains(field))
                    yield return new(at, "became optional: readers built before the change rely on it");
                if (!requiredBefore.Contains(field) && requiredAfter.Contains(field))
                    yield return new(at, "became required: events written before the change may lack it");
                foreach (var below in Compare(at, fieldBefore, fieldAfter))
                    yield return below;
            }
        }
    }

    // A set of values is closed: a reader has a branch for each. One more is a new version, like one less.
    private static IEnumerable<Incompatibility> Values(string where, JsonObject released, JsonObject now)
    {
        if (released["enum"] is null && now["enum"] is null)
            yield break;
        if (released["enum"] is null)
            yield return new($"{where}/enum", "is new: events written before the change may have other values");
        else if (now["enum"] is null)
            yield return new($"{where}/enum", "is gone: readers built before the change know only its values");
        else
        {
            foreach (var value in Texts(released["enum"]).Except(Texts(now["enum"])))
                yield return new($"{where}/enum", $"lost {value}: events written before the change may have it");
            foreach (var value in Texts(now["enum"]).Except(Texts(released["enum"])))
                yield return new($"{where}/enum", $"gained {value}: readers built before the change do not know it");
        }
    }

    private static IEnumerable<Incompatibility> Elements(string where, JsonObject released, JsonObject now) => (released["items"], now["items"]) switch
    {
        (JsonObject before, JsonObject after) => Compare($"{where}/items", before, after),
        (null, null) => [],
        _ => [new($"{where}/items", "changed: the elements are something else")],
    };

    // Type, format, unit, and every keyword that is not looked into: when in doubt it breaks.
    private static IEnumerable<Incompatibility> Rest(string where, JsonObject released, JsonObject now) =>
        from keyword in released.Select(pair => pair.Key).Union(now.Select(pair => pair.Key))
        where !Words.Contains(keyword) && !Walked.Contains(keyword)
        where !JsonNode.DeepEquals(released[keyword], now[keyword])
        select new Incompatibility(
            $"{where}/{keyword}", $"was {released[keyword]?.ToJsonString() ?? "absent"}, is {now[keyword]?.ToJsonString() ?? "absent"}: it means something else to every reader");

    private static JsonObject Members(JsonObject schema) => schema["properties"] as JsonObject ?? [];

    private static HashSet<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(item => item!.ToString())];

    private static string? Predecessor(string name)
    {
        var at = name.LastIndexOf(".v", StringComparison.Ordinal);
        return at > 0 && int.TryParse(name.AsSpan(at + 2), out var version) && version > 1 ? $"{name[..at]}.v{version - 1}" : null;
    }
}
