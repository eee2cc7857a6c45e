using Npgsql;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;
using Xunit;

namespace OrleansOrders.Tests.Cli.Postgres;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_owner_and_its_guests_share_a_server_whose_data_survives_a_stop_until_fresh()
    {
        await using (var owner = await Start())
        {
            await using (var guest = await PrivatePostgres.Attach(Options(), default))
                await Execute(guest, "create table kept (id int); insert into kept values (7)");
            Assert.Equal(7, await Query(owner, "select id from kept"));

            var refused = await Assert.ThrowsAsync<Failure>(Start);
            Assert.Equal(ExitCodes.Unreachable, refused.ExitCode);
            Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        }
        await using (var second = await Start())
            Assert.Equal(7, await Query(second, "select id from kept"));
        await using var fresh = await PrivatePostgres.Start(Options() with { Fresh = true }, default);
        Assert.Equal(true, await Query(fresh, "select to_regclass('kept') is null"));
    }

    [Fact]
    public async Task A_guest_of_an_unused_folder_is_told_that_there_is_no_database()
    {
        var refused = await Assert.ThrowsAsync<Failure>(() => PrivatePostgres.Attach(Options(), default));
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
    }

    [Fact]
    public async Task Servers_run_side_by_side_even_where_the_path_is_too_long_for_a_socket()
    {
        var deep = folder.Below(new string('a', 100), new string('b', 100));
        await using var first = await Start();
        await using var second = await PrivatePostgres.Start(new PrivatePostgresOptions(deep) { Durable = false }, default);
        await Execute(first, "create table mine (id int)");
        Assert.Equal(true, await Query(second, "select to_regclass('mine') is null"));
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

    [Fact]
    public async Task A_damaged_folder_is_one_line_that_names_the_fix()
    {
        await (await Start()).DisposeAsync();
        await Damaged("PG_VERSION", null, "--fresh");
        await Damaged("PG_VERSION", "9\n", "PostgreSQL 9");
        await Damaged("global/pg_control", "garbage", "--fresh");
        await (await Start()).DisposeAsync();
    }

    [Fact]
    public async Task No_server_starts_while_a_killed_one_has_left_a_process_on_the_data()
    {
        var options = Options() with { Durable = true };
        var killed = await PrivatePostgres.Start(options, default);
        await Execute(killed, "create table kept (id int); insert into kept values (7)");
        await using var source = NpgsqlDataSource.Create(killed.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        var backend = connection.ProcessID;
        Assert.Equal(0, await OrdersProcess.Shell($"kill -STOP {backend}"));
        try
        {
            Assert.Equal(0, await OrdersProcess.Shell($"kill -KILL $(head -n 1 '{folder.Below("postgres", "cluster", "postmaster.pid")}')"));
            await killed.DisposeAsync();
            var refused = await Assert.ThrowsAsync<Failure>(() => PrivatePostgres.Start(options with { OrphanPatience = TimeSpan.Zero }, default));
            Assert.Equal(ExitCodes.Unreachable, refused.ExitCode);
            Assert.Contains($"kill -9 {backend}", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await OrdersProcess.Shell($"kill -CONT {backend}");
        }
        await using var again = await PrivatePostgres.Start(options, default);
        Assert.Equal(7, await Query(again, "select id from kept"));
    }

    // Damages one file, is refused, and puts it back.
    private async Task Damaged(string file, string? content, string named)
    {
        var path = folder.Below("postgres", "cluster", file);
        var whole = File.ReadAllBytes(path);
        if (content is null)
            File.Delete(path);
        else
            File.WriteAllText(path, content);
        var refused = await Assert.ThrowsAsync<Failure>(Start);
        Assert.Equal(ExitCodes.DataUnusable, refused.ExitCode);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, whole);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("644", 8));
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
