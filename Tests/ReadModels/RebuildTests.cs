using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

/// <summary>Rebuilding beside the live table: progress, comparison, refusal, switch, and what a crash leaves.</summary>
public sealed class RebuildTests : IAsyncLifetime
{
    private ReadModelsUnderTest _readModels = null!;
    private RandomHistory _history = null!;

    public async Task InitializeAsync()
    {
        _readModels = await ReadModelsUnderTest.Create(options: new ReadModelsOptions { BatchEvents = 50 });
        _history = new RandomHistory(_readModels.Log, 31);
        await _history.Append(400);
        await _readModels.Start();
        await _readModels.CatchUp();
    }

    public Task DisposeAsync() => _readModels.DisposeAsync().AsTask();

    public static TheoryData<string> Names => [.. ReadModelCatalog.All.Select(projection => projection.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_sound_table_differs_in_nothing_is_switched_and_can_be_rebuilt_again(string name)
    {
        var names = await NamesOfTable(name);
        for (var round = 1; round <= 2; round++)
        {
            var rebuild = await _readModels.Models.Rebuild(name, 0, default);

            var end = await _readModels.Log.ReadEnd(default);
            Assert.Equal(("switched", 0L, end, end), (rebuild!.Phase, rebuild.Differences, rebuild.Position, rebuild.End));
            Assert.Equal(rebuild.LiveRows, rebuild.ShadowRows);
            Assert.Equal(names, await NamesOfTable(name));
            await _history.Append(40);
            await _readModels.CatchUp();
            await TableRows.AssertEqualToFold(_readModels);
        }
        await AssertNoShadow();
    }

    [Fact]
    public async Task A_damaged_table_is_left_alone_above_the_allowed_difference_and_mended_below_it()
    {
        await _readModels.Database.Execute("""
            update sales set gross = gross + 1 where (tenant, day, sku, country, currency, shard) in (select tenant, day, sku, country, currency, shard from sales order by gross limit 1);
            delete from sales where (tenant, day, sku, country, currency, shard) in (select tenant, day, sku, country, currency, shard from sales order by gross desc limit 1)
            """);
        var damaged = await TableRows.InDatabase(_readModels.Database, "sales");

        var refused = await _readModels.Models.Rebuild("sales", 1, default);

        Assert.Equal(("refused", 2L, refused!.LiveRows + 1), (refused.Phase, refused.Differences, refused.ShadowRows));
        Assert.Contains("gross", refused.Detail, StringComparison.Ordinal);
        Assert.Contains("is missing", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(damaged, await TableRows.InDatabase(_readModels.Database, "sales"));
        await AssertNoShadow();

        Assert.Equal("switched", (await _readModels.Models.Rebuild("sales", 2, default))!.Phase);
        await _history.Append(40);
        await _readModels.CatchUp();
        await TableRows.AssertEqualToFold(_readModels);
    }

    [Fact]
    public async Task Without_an_allowed_difference_any_is_taken()
    {
        await _readModels.Database.Execute("delete from order_search");

        Assert.Equal("switched", (await _readModels.Models.Rebuild("order_search", null, default))!.Phase);

        await TableRows.AssertEqualToFold(_readModels);
    }

    [Fact]
    public async Task Rows_remembered_from_the_replaced_table_are_forgotten_whoever_replaces_it()
    {
        var history = new SmallHistory(_readModels.Log);
        await history.Receive("kettle");
        await _readModels.CatchUp();
        await _readModels.Stop();
        await _readModels.Database.Execute("update stock_levels set received = 100 where sku = 'kettle'");
        await _readModels.Start();
        await history.Receive("kettle");
        await _readModels.CatchUp();
        Assert.Equal(101, (await _readModels.Models.FindStock(SmallHistory.Tenant, "kettle", default))!.Received);

        await using (var other = new PostgresReadModels(_readModels.ConnectionString, _readModels.Log, TimeProvider.System))
            Assert.Equal(1, (await other.Rebuild("stock_levels", null, default))!.Differences);
        await history.Receive("kettle");
        await _readModels.CatchUp();

        Assert.Equal(3, (await _readModels.Models.FindStock(SmallHistory.Tenant, "kettle", default))!.Received);
    }

    [Fact]
    public async Task Events_that_arrive_during_a_rebuild_are_in_the_table_that_it_leaves()
    {
        using var enough = new CancellationTokenSource();
        var appending = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await _history.Append(5);
                await _readModels.CatchUp();
            }
        });
        foreach (var name in new[] { "order_details", "sales", "order_details" })
            Assert.Equal(("switched", 0L), await Outcome(name));
        await enough.CancelAsync();
        await appending;

        await _readModels.CatchUp();
        await TableRows.AssertEqualToFold(_readModels);
    }

    [Fact]
    public async Task A_rebuild_needs_no_running_projector()
    {
        await _readModels.Stop();
        await _history.Append(60);

        Assert.Equal(("switched", 0L), await Outcome("stock_levels"));

        await _readModels.ProjectAll();
        await TableRows.AssertEqualToFold(_readModels);
    }

    [Fact]
    public async Task While_one_runs_it_shows_its_progress_and_a_second_is_not_started()
    {
        await using var holder = await _readModels.Database.DataSource.OpenConnectionAsync();
        await using var held = await HoldPosition(holder, "sales");
        Assert.True(await _readModels.Models.StartRebuild("sales", 0, default));
        await UntilPhase("sales", "comparing");

        await using var other = new PostgresReadModels(_readModels.ConnectionString, _readModels.Log, TimeProvider.System);
        Assert.False(await _readModels.Models.StartRebuild("sales", 0, default));
        Assert.False(await other.StartRebuild("sales", 0, default));
        var status = await Status("sales");
        Assert.Equal("rebuilding", status.State);
        Assert.Equal(await _readModels.Log.ReadEnd(default), status.Rebuild!.Position);
        Assert.True(await _readModels.Models.StartRebuild("stock_levels", 0, default));
        await UntilPhase("stock_levels", "switched");

        await held.RollbackAsync();
        await UntilPhase("sales", "switched");
        Assert.Equal("live", (await Status("sales")).State);
    }

    [Fact]
    public async Task A_rebuild_whose_connection_dies_ends_as_failed_and_leaves_the_live_table()
    {
        await using var holder = await _readModels.Database.DataSource.OpenConnectionAsync();
        await using var held = await HoldPosition(holder, "sales");
        Assert.True(await _readModels.Models.StartRebuild("sales", 0, default));
        await UntilPhase("sales", "comparing");

        await _readModels.Database.Execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid() "
            + "and database = (select oid from pg_database where datname = current_database())");
        await held.RollbackAsync();

        await UntilPhase("sales", "failed");
        await AssertNoShadow();
        await _readModels.CatchUp();
        await TableRows.AssertEqualToFold(_readModels);
        Assert.Equal(("switched", 0L), await Outcome("sales"));
    }

    [Fact]
    public async Task What_a_process_that_died_has_left_is_removed_at_the_next_start_which_says_so()
    {
        await _readModels.Stop();
        await _readModels.Database.Execute("""
            set local role orders_projector; create table sales__shadow (like sales); create table sales__verify (like sales);
            insert into projections (name, position) values ('sales__shadow', 7), ('sales__verify', 7);
            insert into projection_rebuilds (name, phase, started_at) values ('sales', 'building', now()), ('stock_levels', 'comparing', now())
            """);
        var notices = new List<string>();
        await using var models = new PostgresReadModels(
            _readModels.ConnectionString, _readModels.Log, TimeProvider.System, new ReadModelsOptions { Notice = notices.Add });

        await using (await ProjectionHost.Start(models))
        {
            foreach (var name in new[] { "sales", "stock_levels" })
            {
                var rebuild = (await models.ListProjections(default)).Single(status => status.Name == name).Rebuild!;
                Assert.Equal("failed", rebuild.Phase);
                Assert.Contains("stopped in the middle", rebuild.Detail, StringComparison.Ordinal);
            }
        }
        Assert.Equal(3, notices.Count);
        await AssertNoShadow();
        Assert.Equal(("switched", 0L), await Outcome("sales"));
    }

    [Fact]
    public async Task A_start_leaves_alone_what_another_process_builds()
    {
        await using var holder = await _readModels.Database.DataSource.OpenConnectionAsync();
        await using var held = await HoldPosition(holder, "sales");
        Assert.True(await _readModels.Models.StartRebuild("sales", 0, default));
        await UntilPhase("sales", "comparing");
        await _readModels.Database.Execute("set local role orders_projector; create table sales__verify (like sales)");

        await using var other = new PostgresReadModels(_readModels.ConnectionString, _readModels.Log, TimeProvider.System);
        await using (await ProjectionHost.Start(other))
        {
            Assert.Equal("comparing", (await Status("sales")).Rebuild!.Phase);
            Assert.False(await _readModels.Database.Query<bool>("select to_regclass('sales__verify') is not null"));
            await held.RollbackAsync();
            await UntilPhase("sales", "switched");
        }
    }

    [Fact]
    public async Task A_rebuild_that_meets_an_event_it_cannot_apply_parks_its_stream()
    {
        await new SmallHistory(_readModels.Log).Poison("stock", "new");
        await _readModels.Database.Execute("update projections set position = position + 1 where name = 'stock_levels'");
        var before = await TableRows.InDatabase(_readModels.Database, "stock_levels");

        var rebuild = await _readModels.Models.Rebuild("stock_levels", null, default);

        Assert.Equal("switched", rebuild!.Phase);
        var letter = Assert.Single((await _readModels.Models.DeadLetters.List(SmallHistory.Tenant, new("stock_levels", "open", null, null), null, 10, default)).Items);
        Assert.Equal("stock-teleported.v1", letter.Type);
        Assert.Equal(before, await TableRows.InDatabase(_readModels.Database, "stock_levels"));
        await Assert.ThrowsAsync<KeyNotFoundException>(() => _readModels.Models.StartRebuild("nothing", null, default));
    }

    private static async Task<NpgsqlTransaction> HoldPosition(NpgsqlConnection connection, string name)
    {
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"select from projections where name = '{name}' for update", connection);
        await command.ExecuteNonQueryAsync();
        return transaction;
    }

    private async Task<(string Phase, long? Differences)> Outcome(string name)
    {
        var rebuild = await _readModels.Models.Rebuild(name, 0, default);
        Assert.True(rebuild!.Phase == "switched", rebuild.Detail);
        return (rebuild.Phase, rebuild.Differences);
    }

    private async Task<ProjectionStatus> Status(string name) =>
        (await _readModels.Models.ListProjections(default)).Single(status => status.Name == name);

    private Task UntilPhase(string name, string phase) => ReadModelsUnderTest.Until(
        async () => (await Status(name)).Rebuild?.Phase == phase, $"the rebuild of {name} is {phase}");

    private async Task<List<string>> NamesOfTable(string table)
    {
        await using var command = _readModels.Database.DataSource.CreateCommand($"""
            select indexdef from pg_indexes where tablename = '{table}'
            union all select conname from pg_constraint where conrelid = '{table}'::regclass order by 1
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }

    private async Task AssertNoShadow() => Assert.Equal(0, await _readModels.Database.Query<long>(
        "select (select count(*) from pg_class where relname like '%\\_\\_%') + (select count(*) from projections where name like '%\\_\\_%')"));
}
