using Npgsql;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Tests.Support;
using Xunit;

namespace OrleansOrders.Tests.Cli.Postgres;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Data_survives_a_stop_and_a_start()
    {
        await using (var first = await Start())
            await Execute(first, "create table kept (id int); insert into kept values (7)");
        await using var second = await Start();
        Assert.Equal(7, await Query(second, "select id from kept"));
    }

    [Fact]
    public async Task A_second_owner_of_the_same_folder_is_refused_and_told_the_process()
    {
        await using var first = await Start();
        var refused = await Assert.ThrowsAsync<Failure>(Start);
        Assert.Equal(ExitCodes.Unreachable, refused.ExitCode);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guest_uses_the_owners_server_and_leaves_it_running()
    {
        await using var owner = await Start();
        await using (var guest = await PrivatePostgres.Attach(Options(), default))
            await Execute(guest, "create table shared (id int)");
        Assert.Equal(0L, await Query(owner, "select count(*) from shared"));
    }

    [Fact]
    public async Task A_guest_of_an_unused_folder_is_told_that_there_is_no_database()
    {
        var refused = await Assert.ThrowsAsync<Failure>(() => PrivatePostgres.Attach(Options(), default));
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
    }

    [Fact]
    public async Task Fresh_throws_the_data_away()
    {
        await using (var first = await Start())
            await Execute(first, "create table gone (id int)");
        await using var second = await PrivatePostgres.Start(Options() with { Fresh = true }, default);
        Assert.Equal(true, await Query(second, "select to_regclass('gone') is null"));
    }

    [Fact]
    public async Task Servers_run_side_by_side_and_know_nothing_of_each_other()
    {
        using var elsewhere = new TemporaryFolder();
        await using var first = await Start();
        await using var second = await PrivatePostgres.Start(new PrivatePostgresOptions(elsewhere.Path) { Durable = false }, default);
        await Execute(first, "create table mine (id int)");
        Assert.Equal(true, await Query(second, "select to_regclass('mine') is null"));
    }

    [Fact]
    public async Task A_folder_with_a_path_too_long_for_a_socket_works()
    {
        var deep = folder.Below(new string('a', 100), new string('b', 100));
        await using var server = await PrivatePostgres.Start(new PrivatePostgresOptions(deep) { Durable = false }, default);
        Assert.Equal(1, await Query(server, "select 1"));
    }

    [Fact]
    public async Task A_folder_that_the_servers_user_cannot_enter_works_and_fresh_cleans_it_up()
    {
        var closed = Directory.CreateDirectory(folder.Below("closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var options = new PrivatePostgresOptions(Path.Combine(closed.FullName, "data")) { Durable = false };
        await using (var server = await PrivatePostgres.Start(options, default))
            await Execute(server, "create table kept (id int)");
        await using (var again = await PrivatePostgres.Start(options, default))
            Assert.Equal(false, await Query(again, "select to_regclass('kept') is null"));
        await using (var fresh = await PrivatePostgres.Start(options with { Fresh = true }, default))
            Assert.Equal(true, await Query(fresh, "select to_regclass('kept') is null"));
        await ClusterControl.Erase(options.DataDirectory, default);
        Assert.Equal(["orders.lock", "orders.pid"], Directory.GetFileSystemEntries(options.DataDirectory).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("PG_VERSION", null)]
    [InlineData("PG_VERSION", "9\n")]
    [InlineData("global/pg_control", "garbage")]
    public async Task A_damaged_folder_is_one_line_that_names_the_fix(string file, string? content)
    {
        await (await Start()).DisposeAsync();
        var damaged = folder.Below("postgres", "cluster", file);
        File.Delete(damaged);
        if (content is not null)
            File.WriteAllText(damaged, content);
        var refused = await Assert.ThrowsAsync<Failure>(Start);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Contains(content == "9\n" ? "PostgreSQL 9" : "--fresh", refused.Message, StringComparison.Ordinal);
    }

    private PrivatePostgresOptions Options() => new(folder.Path) { Durable = false };

    private Task<PrivatePostgres> Start() => PrivatePostgres.Start(Options(), default);

    private static async Task Execute(PrivatePostgres server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> Query(PrivatePostgres server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
