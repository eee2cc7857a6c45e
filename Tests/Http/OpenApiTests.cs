using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Http;

[Collection(StandaloneApi.Name)]
public sealed class OpenApiTests(StandaloneApiHost host)
{
    private const string UpdateVariable = "ORDERS_UPDATE_OPENAPI";

    [Fact]
    public async Task The_committed_document_is_what_the_server_says()
    {
        var served = (await new ApiClient(host).Get("/openapi/v1.json")).Expect(200).Text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = CommittedFile();
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            await File.WriteAllTextAsync(file, served);
        Assert.True(
            File.Exists(file) && await File.ReadAllTextAsync(file) == served,
            $"docs/openapi.json is not what the server says. If the change is meant: {UpdateVariable}=1 ./test, then commit the file.");
    }

    [Fact]
    public async Task The_document_is_openapi_3_1_and_has_every_operation_with_its_scope_and_problems()
    {
        var document = (await new ApiClient(host).Get("/openapi/v1.json")).Expect(200).Json;
        Assert.StartsWith("3.1", (string)document["openapi"]!, StringComparison.Ordinal);
        foreach (var contract in host.Server.Endpoints.SelectMany(endpoint => endpoint.Metadata.OfType<RouteContract>()))
        {
            if (!contract.IsDescribed)
                continue;
            var operation = document["paths"]![contract.Pattern]?[contract.Method.ToLowerInvariant()];
            Assert.True(operation is not null, $"{contract.Method} {contract.Pattern} is missing");
            Assert.Equal(contract.Name, (string)operation["operationId"]!);
            Assert.Equal(contract.Scope == Scopes.Public ? null : contract.Scope, (string?)operation["security"]?[0]!["key"]![0]);
            Assert.NotNull(operation["responses"]!["500"]!["content"]!["application/problem+json"]);
            Assert.Equal(contract.Key == KeyUse.Required, HeaderIsRequired(operation, "Idempotency-Key"));
        }
    }

    private static bool HeaderIsRequired(JsonNode operation, string name) => (operation["parameters"]?.AsArray() ?? [])
        .Any(parameter => (string)parameter!["name"]! == name && (bool?)parameter["required"] == true);

    private static string CommittedFile([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "openapi.json"));
}
