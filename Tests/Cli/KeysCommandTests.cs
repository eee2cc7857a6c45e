using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOrders.Cli;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Http;
using OrleansOrders.Tests.Engine;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli;

public sealed class KeysCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Keys => folder.Below("keys.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_key_that_was_made_is_found_by_its_secret_and_only_its_hash_is_kept()
    {
        var made = await Make("alice", "orders:read,payments:refund");
        var key = Assert.Single(KeysFile.Read(Keys));
        Assert.Equal(ApiKeySecret.Hash((string)made["secret"]!), key.Sha256.ToArray());
        Assert.Equal(("alice", "default", (string)made["key"]!["id"]!), (key.Holder, key.Tenant, key.Id));
        Assert.Equal(["orders:read", "payments:refund"], key.Scopes.Order());
        Assert.Equal(TimeSpan.FromDays(365), key.ExpiresAt - key.CreatedAt);
        Assert.DoesNotContain((string)made["secret"]!, File.ReadAllText(Keys), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys));
        Assert.DoesNotContain("secret", (await Run("list", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_holder_has_two_active_keys_and_a_third_only_when_one_is_revoked()
    {
        var first = await Make("alice", "all");
        await Make("alice", "all");
        await Make("bob", "all");
        var (code, output) = await Run("create", "--holder", "alice", "--scopes", "all");
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("has 2 active keys", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, (await Run("revoke", (string)first["key"]!["id"]!)).Code);
        await Make("alice", "all");
        Assert.Equal(["active", "active", "active", "revoked"], (await List()).Select(key => (string)key!["state"]!).Order());
    }

    [Theory]
    [InlineData("create", "--holder", "reactions", "--scopes", "all")]
    [InlineData("create", "--holder", "a", "--scopes", "orders:all")]
    [InlineData("create", "--holder", "a", "--scopes", ",")]
    [InlineData("create", "--holder", "a", "--scopes", "all", "--tenant", "a/b")]
    [InlineData("create", "--holder", "a", "--scopes", "all", "--days", "-1")]
    [InlineData("create", "--scopes", "all")]
    [InlineData("revoke", "none")]
    [InlineData("list")]
    public async Task What_makes_no_sense_is_refused_and_no_file_is_written(params string[] arguments)
    {
        Assert.Equal(ExitCodes.BadInput, (await Run(arguments)).Code);
        Assert.False(File.Exists(Keys));
    }

    [Fact]
    public async Task A_file_of_before_is_added_to_and_its_keys_stay_as_they_are()
    {
        var hash = Convert.ToHexStringLower(ApiKeySecret.Hash("by hand"));
        File.WriteAllText(Keys, $$"""[{"id":"shop","sha256":"{{hash}}","tenant":"default","scopes":["orders:read"]}]""");
        await Make("alice", "all");
        var shop = KeysFile.Read(Keys)[0];
        Assert.Equal(("shop", "shop", null), (shop.Id, shop.Holder, shop.ExpiresAt));
        Assert.Equal(ApiKeySecret.Hash("by hand"), shop.Sha256.ToArray());
    }

    [Fact]
    public async Task Many_changes_at_once_are_all_kept_or_refused()
    {
        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => (await Run("create", "--holder", $"h{i}", "--scopes", "all")).Code)));
        Assert.Equal(codes.Count(code => code == ExitCodes.Ok), KeysFile.Read(Keys).Count);
    }

    [Fact]
    public async Task A_running_server_takes_up_a_changed_file_and_keeps_its_keys_when_the_file_is_broken()
    {
        var first = await Make("alice", "all");
        var ring = new KeyRing(KeysFile.Read(Keys));
        var store = new InMemoryEventStore(TimeProvider.System);
        await using var server = await WebServer.Start(
            new WebServerOptions { Api = new ApiOptions { Keys = ring }, KeysFile = Keys }, new Aggregates(store, new EngineOptions()),
            new DueFulfilments(store), new AuditInMemory(), NullLoggerFactory.Instance, default);
        Assert.Equal(404, await Ask(server, first));
        var second = await Make("bob", "all");
        await Eventually.True(async () => await Ask(server, second) == 404);
        File.WriteAllText(Keys, "[");
        await Run("list");
        Assert.Equal(404, await Ask(server, second));
        File.Delete(Keys);
        var third = await Make("carol", "all");
        await Eventually.True(async () => await Ask(server, third) == 404);
        Assert.Equal(401, await Ask(server, first));
    }

    private static async Task<int> Ask(WebServer server, JsonObject key)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", (string)key["secret"]!);
        return (int)(await client.GetAsync($"{server.Url}/v1/payments/none")).StatusCode;
    }

    private async Task<JsonObject> Make(string holder, string scopes)
    {
        var (code, output) = await Run("create", "--holder", holder, "--scopes", scopes, "--json");
        Assert.True(code == ExitCodes.Ok, output);
        return JsonNode.Parse(output)!.AsObject();
    }

    private async Task<JsonArray> List() => JsonNode.Parse((await Run("list", "--json")).Output)!["keys"]!.AsArray();

    private async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        var output = new StringWriter();
        var code = await CommandLineProgram.Run(["keys", .. arguments, "--keys", Keys], output, output);
        return (code, output.ToString());
    }
}
