using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOrders.Tests.Support;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrleansOrders.Tests.Tidy.Deployment;

/// <summary>YAML as JSON, as Kubernetes and Docker take it: anchors and merges are gone, plain numbers and truths are no texts.</summary>
internal static class Yaml
{
    private const string Merge = "<<";

    /// <summary>The documents of one file of the repository.</summary>
    public static IReadOnlyList<JsonObject> Read(string file) => Parse(Repository.Read(file));

    /// <exception cref="YamlException">It is no YAML, or a key comes twice.</exception>
    public static IReadOnlyList<JsonObject> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => Mapping((YamlMappingNode)document.RootNode))];
    }

    /// <summary>What stands at a path of names and numbers, <c>spec/ports/0/name</c>; null where the path ends early.</summary>
    public static JsonNode? At(this JsonNode? node, string path) => path.Split('/').Aggregate(node, (below, name) => below switch
    {
        JsonObject members => members[name],
        JsonArray items when int.TryParse(name, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
        _ => null,
    });

    public static string? Text(this JsonNode? node, string path) => node.At(path)?.ToString();

    public static IReadOnlyList<JsonNode> Items(this JsonNode? node, string path) => node.At(path) is JsonArray items ? [.. items.Select(item => item!)] : [];

    public static IReadOnlyDictionary<string, string> Pairs(this JsonNode? node, string path) => node.At(path) is JsonObject members
        ? members.ToDictionary(pair => pair.Key, pair => pair.Value!.ToString())
        : new Dictionary<string, string>();

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => Mapping(mapping),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } quoted => quoted.Value,
        YamlScalarNode plain => Plain(plain.Value!),
        _ => throw new FormatException($"{node.GetType().Name} is not expected here."),
    };

    // What is merged comes first, so that the mapping's own keys replace it.
    private static JsonObject Mapping(YamlMappingNode mapping)
    {
        var members = new JsonObject();
        foreach (var (key, value) in mapping.Children.OrderBy(pair => Name(pair.Key) == Merge ? 0 : 1))
        {
            if (Name(key) != Merge)
                members[Name(key)] = Convert(value);
            else
                foreach (var (name, merged) in Mapping((YamlMappingNode)value))
                    members[name] = merged?.DeepClone();
        }
        return members;
    }

    private static string Name(YamlNode key) => ((YamlScalarNode)key).Value!;

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => true,
        "false" => false,
        _ when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}
