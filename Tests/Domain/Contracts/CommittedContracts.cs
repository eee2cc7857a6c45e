using System.Text.Json.Nodes;
using OrleansOrders.Domain.Contracts;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Domain.Contracts;

/// <summary>The documents as they are committed: what others were promised.</summary>
public static class CommittedContracts
{
    public static string Folder { get; } = Repository.PathOf("docs", "events");

    /// <summary>The schemas by stored name.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Schemas() => Directory
        .GetFiles(Path.Combine(Folder, ContractFiles.SchemaFolder), "*.json")
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => (JsonObject)JsonNode.Parse(File.ReadAllText(file))!);

    public static JsonObject AsyncApi() => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "asyncapi.json")))!;
}
