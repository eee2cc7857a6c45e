using System.Reflection;
using System.Text;
using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.EventStore;

public sealed class MigratorTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.Create();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task The_files_run_in_the_order_of_the_list_and_only_once()
    {
        var set = Set(1, ("tables/b.sql", "create table b (id int)"), ("views/a.sql", "create view a as select id from b"));
        Assert.Equal(["shop/tables/b.sql", "shop/views/a.sql"], await Apply(set));
        Assert.Empty(await Apply(set));
        Assert.Equal(0L, await _database.Query<long>("select count(*) from a"));
    }

    [Fact]
    public async Task A_file_that_has_changed_runs_again_and_the_others_do_not()
    {
        (string, string) first = ("a.sql", "create table a (id int)");
        await Apply(Set(1, first, ("b.sql", "create or replace function b() returns int language sql as 'select 1'")));
        var changed = Set(1, first, ("b.sql", "create or replace function b() returns int language sql as 'select 2'"));
        Assert.Equal(["shop/b.sql"], await Apply(changed));
        Assert.Equal(2, await _database.Query<int>("select b()"));
        Assert.Empty(await Apply(changed));
    }

    [Fact]
    public async Task Sets_know_nothing_of_each_other()
    {
        await Apply(Set(1, ("a.sql", "create table a (id int)")));
        var other = Set(1, ("a.sql", "create table other_a (id int)")) with { Name = "other" };
        Assert.Equal(["other/a.sql"], await Apply(other));
    }

    [Fact]
    public async Task A_failure_leaves_nothing_half_done()
    {
        var broken = Set(1, ("a.sql", "create table a (id int)"), ("b.sql", "create table"));
        await Assert.ThrowsAsync<PostgresException>(() => Apply(broken));
        Assert.True(await _database.Query<bool>("select to_regclass('a') is null"));
        Assert.Equal(["shop/a.sql"], await Apply(Set(1, ("a.sql", "create table a (id int)"))));
    }

    [Fact]
    public async Task A_newer_database_is_refused_with_one_line_and_left_alone()
    {
        await Apply(Set(3, ("a.sql", "create table a (id int)")));
        var older = Set(2, ("a.sql", "create table a (id int)"), ("b.sql", "create table b (id int)"));
        var refused = await Assert.ThrowsAsync<NewerDatabaseException>(() => Apply(older));
        Assert.Equal(
            "The database's shop schema is version 3, this program knows up to 2: run the newer program, or use another database.",
            refused.Message);
        Assert.True(await _database.Query<bool>("select to_regclass('b') is null"));
    }

    [Fact]
    public async Task A_newer_set_stops_the_sets_before_it_as_well()
    {
        await Apply(Set(2, ("a.sql", "create table a (id int)")));
        var other = Set(1, ("a.sql", "create table other_a (id int)")) with { Name = "other" };
        await Assert.ThrowsAsync<NewerDatabaseException>(() => Apply(other, Set(1, ("a.sql", "create table a (id int)"))));
        Assert.True(await _database.Query<bool>("select to_regclass('other_a') is null"));
    }

    [Fact]
    public async Task Programs_that_start_together_take_turns()
    {
        // Without turns, two of them would create the table at once and one would fail.
        var set = Set(1, ("a.sql", "create table a (id int); insert into a values (1)"));
        var ran = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Apply(set))));
        Assert.Single(ran, files => files.Count == 1);
        Assert.Equal(3, ran.Count(files => files.Count == 0));
        Assert.Equal(1L, await _database.Query<long>("select count(*) from a"));
    }

    [Fact]
    public async Task Every_file_of_the_event_store_can_run_again()
    {
        var all = await Apply(EventStoreSchema.Migrations);
        await _database.Execute("update schema_migrations set checksum = 'older'");
        Assert.Equal(all, await Apply(EventStoreSchema.Migrations));
    }

    [Fact]
    public async Task A_list_that_names_a_missing_file_is_a_broken_program()
    {
        var set = Set(1, ("a.sql", "select 1"));
        ((SqlAssembly)set.Assembly).Files.Remove("Shop.Sql.a.sql");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Apply(set));
    }

    private static MigrationSet Set(int version, params (string Name, string Sql)[] files) =>
        new("shop", new SqlAssembly(files), version);

    private Task<IReadOnlyList<string>> Apply(params MigrationSet[] sets) => Migrator.Apply(_database.DataSource, sets);

    /// <summary>An assembly that embeds the given files below Sql/.</summary>
    private sealed class SqlAssembly : Assembly
    {
        public SqlAssembly((string Name, string Sql)[] files)
        {
            Files = files.ToDictionary(file => "Shop.Sql." + file.Name.Replace('/', '.'), file => file.Sql);
            Files.Add("Shop.Sql.order.txt", "# In this order:\n\n" + string.Join('\n', files.Select(file => file.Name)));
        }

        public Dictionary<string, string> Files { get; }

        public override string[] GetManifestResourceNames() => [.. Files.Keys];

        public override Stream? GetManifestResourceStream(string name) =>
            Files.TryGetValue(name, out var text) ? new MemoryStream(Encoding.UTF8.GetBytes(text)) : null;

        public override AssemblyName GetName() => new("Shop");
    }
}
