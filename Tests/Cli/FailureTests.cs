using OrleansOrders.Cli;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli;

/// <summary>Whatever goes wrong is one line that names the fix, and an exit code; never a stack trace.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("frobnicate", "'frobnicate'")]
    [InlineData("serve --prot 8080", "'--prot'")]
    [InlineData("serve --port 70000", "--port")]
    [InlineData("serve --port eight", "--port")]
    [InlineData("serve --silos 0", "--silos")]
    [InlineData("serve --urls http://0.0.0.0:8080", "--keys")]
    [InlineData("serve --keys /nowhere/keys.json", "--keys")]
    [InlineData("order show", "order")]
    [InlineData("order show 1 --at 0", "--data")]
    [InlineData("projections rebuild sales", "--data")]
    public async Task Wrong_usage_is_refused_before_anything_is_started(string arguments, string named)
    {
        await Fails(ExitCodes.BadInput, named, [.. arguments.Split(' '), .. arguments.Contains("rebuild") || arguments.Contains("--at") ? ["--data", folder.Below("none")] : Array.Empty<string>()]);
        Assert.False(Directory.Exists(folder.Below("none")));
    }

    [Fact]
    public async Task A_keys_file_that_is_none_is_refused_by_name()
    {
        File.WriteAllText(folder.Below("keys.json"), "{}");
        await Fails(ExitCodes.BadInput, "keys.json", ["serve", "--keys", folder.Below("keys.json")]);
    }

    [Theory]
    [InlineData("nonsense", ExitCodes.BadInput)]
    [InlineData("Host=/nowhere;Username=nobody;Timeout=2", ExitCodes.Unreachable)]
    public async Task A_database_that_cannot_be_reached_is_named(string connectionString, int exitCode) =>
        await Fails(exitCode, "ORDERS_POSTGRES", ["projections", "list"], ("ORDERS_POSTGRES", connectionString));

    [Fact]
    public async Task A_database_of_a_newer_version_is_left_alone()
    {
        await using var database = await TestDatabase.Create(EventStoreSchema.Migrations);
        await database.Execute("update schema_versions set version = 999");
        await Fails(ExitCodes.DataUnusable, "newer program", ["serve", "--port", "0"], ("ORDERS_POSTGRES", database.ConnectionString));
        Assert.Equal(1L, await database.Query<long>("select count(*) from schema_versions"));
    }

    [Fact]
    public async Task A_database_without_tables_is_told_to_migrate()
    {
        await using var database = await TestDatabase.Create();
        await Fails(ExitCodes.DataUnusable, "orders migrate", ["projections", "list"], ("ORDERS_POSTGRES", database.ConnectionString));
    }

    [Fact]
    public async Task A_folder_without_postgresql_is_refused_by_name() => await Fails(
        ExitCodes.BadInput, "ORDERS_POSTGRES_BIN", ["migrate", "--data", folder.Below("data")], ("ORDERS_POSTGRES_BIN", folder.Path));

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_refused_by_name()
    {
        File.WriteAllText(folder.Below("file"), "");
        await Fails(ExitCodes.BadInput, folder.Below("file"), ["migrate", "--data", folder.Below("file")]);
    }

    private static async Task Fails(int exitCode, string named, string[] arguments, params (string, string)[] environment)
    {
        await using var command = OrdersProcess.Start(arguments, environment);
        var found = await command.WaitForExit();
        var line = Assert.Single(command.Error);
        Assert.Equal((exitCode, true), (found, line.StartsWith("orders: ", StringComparison.Ordinal)));
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.Empty(command.Output);
    }
}
