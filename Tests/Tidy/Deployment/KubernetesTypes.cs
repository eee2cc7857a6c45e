using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Deployment;

/// <summary>Compares an object with <c>kubernetes.txt</c>: unknown members, missing ones, values of another type.</summary>
internal static partial class KubernetesTypes
{
    private static readonly Dictionary<string, Dictionary<string, (string Type, bool IsRequired)>> Types =
        Repository.Read("Tests/Tidy/Deployment/kubernetes.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#').Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => Members(parts[1]));

    public static IReadOnlyList<string> Check(JsonObject document) => [.. Compare(document, (string)document["kind"]!, (string)document["kind"]!)];

    private static Dictionary<string, (string, bool)> Members(string text) => text.Split(' ').Select(member => member.Split(':', 2))
        .ToDictionary(parts => parts[0].TrimEnd('!'), parts => (parts[1], parts[0].EndsWith('!')));

    private static IEnumerable<string> Compare(JsonNode? node, string type, string where)
    {
        if (type[0] == '[')
        {
            return node is JsonArray items
                ? items.SelectMany((item, index) => Compare(item, type[1..^1], $"{where}/{index}"))
                : [$"{where} is no list"];
        }
        if (type[0] == '{')
        {
            return node is JsonObject map
                ? map.SelectMany(pair => Compare(pair.Value, type[1..^1], $"{where}/{pair.Key}"))
                : [$"{where} is no map"];
        }
        return Types.TryGetValue(type, out var members) && node is JsonObject there
            ? CompareMembers(there, members, where)
            : IsValue(node, type) ? [] : [$"{where} is not {type}: {node?.ToJsonString() ?? "nothing"}"];
    }

    private static IEnumerable<string> CompareMembers(JsonObject node, Dictionary<string, (string Type, bool IsRequired)> members, string where)
    {
        foreach (var (name, value) in node)
        {
            if (!members.TryGetValue(name, out var member))
                yield return $"{where}/{name} is not a member that Kubernetes knows";
            else
                foreach (var problem in Compare(value, member.Type, $"{where}/{name}"))
                    yield return problem;
        }
        foreach (var (name, _) in members.Where(member => member.Value.IsRequired && !node.ContainsKey(member.Key)))
            yield return $"{where}/{name} is missing";
    }

    private static bool IsValue(JsonNode? node, string type) => node is JsonValue && (node.GetValueKind(), type) switch
    {
        (JsonValueKind.String, "text") => true,
        (JsonValueKind.Number, "number" or "port") => true,
        (JsonValueKind.String, "port") => NameOrShare().IsMatch(node.ToString()),
        (JsonValueKind.True or JsonValueKind.False, "truth") => true,
        (JsonValueKind.String or JsonValueKind.Number, "quantity") => Quantity().IsMatch(node.ToString()),
        (JsonValueKind.String, _) => type.Split('|').Contains(node.ToString()),
        _ => false,
    };

    [GeneratedRegex(@"^([a-z]([a-z0-9-]{0,13}[a-z0-9])?|\d+%)$")]
    private static partial Regex NameOrShare();

    [GeneratedRegex(@"^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$")]
    private static partial Regex Quantity();
}
