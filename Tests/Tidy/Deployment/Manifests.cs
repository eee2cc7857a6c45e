using System.Text.Json.Nodes;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Deployment;

/// <summary>The objects of deploy/kubernetes.</summary>
internal static class Manifests
{
    public const string Folder = "deploy/kubernetes/";

    public static IReadOnlyList<string> Files { get; } =
        [.. Repository.Files.Where(file => file.StartsWith(Folder, StringComparison.Ordinal) && file.EndsWith(".yaml", StringComparison.Ordinal))];

    public static JsonObject Kustomization { get; } = Yaml.Read(Folder + "kustomization.yaml").Single();

    public static IReadOnlyList<JsonObject> Objects { get; } =
        [.. Files.Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal)).SelectMany(Yaml.Read)];

    /// <summary>Deployments and jobs, by name.</summary>
    public static IReadOnlyDictionary<string, Workload> Workloads { get; } = Objects
        .Where(one => one.Text("spec/template/spec/containers/0/image") is not null)
        .ToDictionary(one => one.Text("metadata/name")!, one => new Workload(one));

    public static IEnumerable<JsonObject> OfKind(string kind) => Objects.Where(one => (string)one["kind"]! == kind);

    /// <summary>Whether the labels have all that the selector asks for.</summary>
    public static bool Selects(JsonNode? selector, IReadOnlyDictionary<string, string> labels) =>
        selector.Pairs("matchLabels").All(wanted => labels.GetValueOrDefault(wanted.Key) == wanted.Value);
}

/// <summary>A workload with one container.</summary>
internal sealed class Workload(JsonObject definition)
{
    public JsonObject Definition => definition;

    public JsonNode Pod => definition.At("spec/template/spec")!;

    public JsonNode Container => Pod.Items("containers").Single();

    public IReadOnlyDictionary<string, string> Labels => definition.Pairs("spec/template/metadata/labels");

    public ProgramSettings Program => ProgramSettings.ByImage[Container.Text("image")!.Split(':')[0]];

    /// <summary>What the container's environment will be, as far as it is known before it runs.</summary>
    public IReadOnlyDictionary<string, string> Environment => Container.Items("envFrom")
        .SelectMany(taken => Manifests.OfKind("ConfigMap").Single(map => map.Text("metadata/name") == taken.Text("configMapRef/name")).Pairs("data"))
        .Concat(Container.Items("env").Select(env => KeyValuePair.Create(env.Text("name")!, env.Text("value") ?? env.Text("valueFrom/fieldRef/fieldPath")!)))
        .ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, int> Ports =>
        Container.Items("ports").ToDictionary(port => port.Text("name")!, port => (int)port.At("containerPort")!);

    /// <summary>The files that its volumes bring, with the secret and the key that each is made of.</summary>
    public IEnumerable<(string Path, string Secret, string? Key)> SecretFiles =>
        from mount in Container.Items("volumeMounts")
        from volume in Pod.Items("volumes")
        where volume.Text("name") == mount.Text("name")
        from source in volume.At("projected") is { } projected ? projected.Items("sources") : new[] { volume }
        where source.At("secret") is not null
        let secret = source.Text("secret/secretName") ?? source.Text("secret/name")
        from key in KeysOf(source.Items("secret/items"))
        select (mount.Text("mountPath")!, secret, key);

    // Without a list a volume has all keys.
    private static IEnumerable<string?> KeysOf(IReadOnlyList<JsonNode> items) => items.Count == 0 ? [null] : items.Select(item => item.Text("key"));
}
