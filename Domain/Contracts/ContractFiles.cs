using System.Text.Json.Nodes;

namespace OrleansOrders.Domain.Contracts;

/// <summary>The documents for whoever builds on the topics, each as its path below <c>docs/events</c> and its text.</summary>
public static class ContractFiles
{
    public const string SchemaFolder = "schemas";

    public static IReadOnlyDictionary<string, string> All() => new SortedDictionary<string, string>(
        Schemas().ToDictionary(schema => PathOf(schema.Key), schema => ContractJson.Text(schema.Value)), StringComparer.Ordinal)
    {
        ["README.md"] = CatalogPage.Text(),
        ["asyncapi.json"] = ContractJson.Text(AsyncApi.Document()),
    };

    /// <summary>By stored name: every version that was ever released.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Schemas() =>
        ReleasedEvents.All.ToDictionary(released => released.StoredName, EventSchemas.Of);

    public static string PathOf(string storedName) => $"{SchemaFolder}/{storedName}.json";
}
