using System.Text.Json.Nodes;
using OrleansOrders.Cli;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli;

public sealed class ContractsCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Documents => folder.Below("events");

    private string Schema => Path.Combine(Documents, "schemas", "order-placed.v1.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_written_is_found_the_same_again()
    {
        Assert.Equal(ExitCodes.Failed, (await Run("--check")).Code);
        Assert.False(Directory.Exists(Documents));
        Assert.Equal(ExitCodes.Ok, (await Run()).Code);
        Assert.Equal(ExitCodes.Ok, (await Run("--check")).Code);
        Assert.Equal(File.ReadAllText(Repository.PathOf("docs", "events", "asyncapi.json")), File.ReadAllText(Path.Combine(Documents, "asyncapi.json")));
    }

    [Fact]
    public async Task A_document_that_was_edited_is_named_by_check_and_put_right_without_it()
    {
        await Run();
        var written = File.ReadAllText(Schema);
        File.WriteAllText(Schema, written.Replace("The customer ordered", "Somebody ordered", StringComparison.Ordinal));
        var (code, output) = await Run("--check");
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("differs from the code: schemas/order-placed.v1.json", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, (await Run()).Code);
        Assert.Equal(written, File.ReadAllText(Schema));
    }

    [Fact]
    public async Task A_promise_that_the_code_does_not_keep_is_never_written_over()
    {
        await Run();
        Promise(Schema);
        var promised = File.ReadAllText(Schema);
        var (code, output) = await Run();
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("breaks readers: order-placed.v1 /properties/giftWrap: was removed or renamed", output, StringComparison.Ordinal);
        Assert.Equal(promised, File.ReadAllText(Schema));
    }

    [Fact]
    public async Task What_another_version_promised_is_kept_too()
    {
        await Run();
        var other = folder.Below("released");
        Directory.CreateDirectory(Path.Combine(other, "schemas"));
        var promised = Path.Combine(other, "schemas", "order-placed.v1.json");
        File.Copy(Schema, promised);
        Assert.Equal(ExitCodes.Ok, (await Run("--check", "--against", other)).Code);
        Promise(promised);
        var (code, output) = await Run("--check", "--against", other);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("giftWrap", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task A_schema_that_is_none_is_refused_by_name(string text)
    {
        await Run();
        File.WriteAllText(Schema, text);
        var (code, output) = await Run();
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Contains("order-placed.v1.json is not a schema", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_schemas_cannot_be_compared_with() =>
        Assert.Equal(ExitCodes.BadInput, (await Run("--against", folder.Below("nowhere"))).Code);

    private static void Promise(string file)
    {
        var schema = JsonNode.Parse(File.ReadAllText(file))!;
        schema["properties"]!["giftWrap"] = new JsonObject { ["type"] = "boolean" };
        File.WriteAllText(file, schema.ToJsonString());
    }

    private async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        var output = new StringWriter();
        var code = await CommandLineProgram.Run(["contracts", "--out", Documents, .. arguments], output, output);
        return (code, output.ToString());
    }
}
