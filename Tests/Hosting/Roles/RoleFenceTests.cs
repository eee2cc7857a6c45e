using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Hosting.Roles;

public sealed class RoleFenceTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.Create();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Every_table_view_and_sequence_is_spoken_of_and_none_that_is_not_there()
    {
        await Schema.Apply(_database.DataSource, default);
        var there = await List("""
            select c.relname from pg_class c
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
                -- The sequence of an identity is its table's.
                and (c.relkind <> 'S' or c.relname = any ($1) or not exists (
                    select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'i'))
            union select proname from pg_proc where pronamespace = current_schema()::regnamespace and proname = any ($1)
            """, (object)Rights.Objects.ToArray());
        Assert.True(
            there.SetEquals(Rights.Objects),
            $"Say in Hosting/Roles/rights.txt who may do what with {string.Join(", ", there.Except(Rights.Objects))}; not there: {string.Join(", ", Rights.Objects.Except(there))}.");
    }

    [Fact]
    public async Task A_function_that_acts_for_its_owner_looks_for_names_where_its_owner_says()
    {
        await Schema.Apply(_database.DataSource, default);
        Assert.Equal(["list_orders_by_text"], await List("select proname from pg_proc where pronamespace = current_schema()::regnamespace and prosecdef"));
        Assert.Empty(await List("""
            select proname from pg_proc where pronamespace = current_schema()::regnamespace and prosecdef
                and not exists (select from unnest(proconfig) setting where setting like 'search_path=%')
            """));
    }

    [Fact]
    public async Task What_stands_is_left_alone_and_what_strays_is_mended()
    {
        await Schema.Apply(_database.DataSource, default);
        Assert.Empty(await FindMissing());
        await _database.Execute("""
            grant update, delete on events to orders_writer; revoke select on order_details from orders_reader; alter table streams owner to current_user;
            grant update (tenant) on streams to orders_writer; grant create on schema public to public
            """);
        Assert.Equal(
            [
                "revoke create on schema public from public", "alter table streams owner to orders_migrator", "revoke delete on events from orders_writer",
                "revoke update (tenant) on streams from orders_writer", "revoke update on events from orders_writer", "grant select on order_details to orders_reader",
            ], await FindMissing());
        Assert.False((await Look()).IsUp);
        Assert.Null(await RoleFence.Raise(_database.DataSource, false, default));
        Assert.Empty(await FindMissing());
        Assert.True((await Look()).IsUp);
    }

    [Fact]
    public async Task A_database_from_before_is_fenced_when_it_is_migrated_by_a_plain_user_who_may_create_roles()
    {
        var user = $"shop_{_database.Name}";
        await _database.Execute($"create role {user} login createrole; alter database {_database.Name} owner to {user}; drop table schema_migrations, schema_versions");
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = user }.ConnectionString);
        try
        {
            await Migrator.Apply(source, Schema.Sets);
            await _database.Execute("create table order_details__shadow (like order_details); create table somebody_elses (id integer)");
            Assert.False((await RoleFence.Look(source, default)).IsUp);

            // With the leftover of a rebuild from before, and with a table that is none of ours.
            await _database.Execute($"alter table order_details__shadow owner to {user}");
            await Schema.Apply(source, default);

            Assert.Equal(new FenceState(true, true, await RolesLogIn()), await RoleFence.Look(source, default));
            var connections = await new DatabaseLogins(source.ConnectionString).Find(default);
            Assert.Equal(RoleNames.Projector, await Ask<string>(connections.Projector, "select tableowner::text from pg_tables where tablename = 'order_details__shadow'"));
            Assert.Equal(RoleNames.Writer, await Ask<string>(connections.Writer, "select current_user::text"));
            // And once more, as the next version's migration will: everything can be changed by the same user.
            await _database.Execute("update schema_migrations set checksum = 'older'");
            Assert.NotEmpty(await Schema.Apply(source, default));
        }
        finally
        {
            await source.DisposeAsync();
            await _database.Execute($"reassign owned by {user} to current_user; drop owned by {user}; drop role {user}");
        }
    }

    [Fact]
    public async Task A_user_who_may_not_make_roles_goes_on_without_and_is_told_why()
    {
        await Schema.Apply(_database.DataSource, default); // so that the server has the roles, but this user is a member of none
        await using var other = await TestDatabase.Create();
        var user = $"plain_{other.Name}";
        await other.Execute($"create role {user} login; alter database {other.Name} owner to {user}; drop table schema_migrations, schema_versions");
        var connection = new NpgsqlConnectionStringBuilder(other.ConnectionString) { Username = user, Pooling = false }.ConnectionString;
        try
        {
            await using var source = NpgsqlDataSource.Create(connection);
            Assert.NotEmpty(await Schema.Apply(source, default));
            Assert.Contains("orders_migrator", await RoleFence.Raise(source, false, default), StringComparison.Ordinal);
            Assert.False((await RoleFence.Look(source, default)).IsUp);
            Assert.Equal(new RoleConnections(connection), await new DatabaseLogins(connection).Find(default));
        }
        finally
        {
            await other.Execute($"reassign owned by {user} to current_user; drop owned by {user}; drop role {user}");
        }
    }

    [Fact]
    public async Task Databases_of_a_new_server_that_are_migrated_together_share_the_roles()
    {
        using var folder = new TemporaryFolder();
        await using var server = await PrivatePostgres.Start(
            new PrivatePostgresOptions(folder.Path) { Durable = false }, CancellationToken.None);
        await using var postgres = NpgsqlDataSource.Create(server.ConnectionString);
        var sources = new List<NpgsqlDataSource>();
        for (var number = 0; number < 6; number++)
        {
            await using var create = postgres.CreateCommand($"create database shop_{number}");
            await create.ExecuteNonQueryAsync();
            sources.Add(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = $"shop_{number}" }.ConnectionString));
        }
        await Task.WhenAll(sources.Select(source => Task.Run(() => Migrator.Apply(source, Schema.Sets))));
        await Task.WhenAll(sources.Select(source => Task.Run(() => RoleFence.Raise(source, true, default))));
        foreach (var source in sources)
        {
            Assert.Equal(new FenceState(true, true, true), await RoleFence.Look(source, default));
            var connections = await new DatabaseLogins(source.ConnectionString) { RolesLogIn = true }.Find(default);
            Assert.Equal(RoleNames.Reader, await Ask<string>(connections.Reader, "select session_user::text"));
            await source.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_rebuilt_read_model_keeps_its_owner_its_rights_and_its_row_security()
    {
        await using var database = await FencedDatabase.Create();
        await using var writer = NpgsqlDataSource.Create(database.Connections.Writer);
        await using var log = new PostgresEventStore(writer, new EventStoreOptions(), TimeProvider.System);
        await using var models = new PostgresReadModels(
            database.Connections.Projector, log, TimeProvider.System, new ReadModelsOptions { Reader = database.Connections.Reader });
        foreach (var projection in ReadModelCatalog.All)
            Assert.Equal("switched", (await models.Rebuild(projection.Name, 0, default))!.Phase);
        await using var connection = await database.Database.DataSource.OpenConnectionAsync();
        Assert.Empty(await RoleFence.FindMissing(connection, default));
        Assert.Equal(ReadModelCatalog.All.Count, await database.Database.Query<long>(
            "select count(*) from pg_class c join pg_policy p on p.polrelid = c.oid where c.relowner = 'orders_projector'::regrole and c.relrowsecurity"));
    }

    private async Task<bool> RolesLogIn() => (await Look()).RolesLogIn;

    private Task<FenceState> Look() => RoleFence.Look(_database.DataSource, default);

    private async Task<IReadOnlyList<string>> FindMissing()
    {
        await using var connection = await _database.DataSource.OpenConnectionAsync();
        return await RoleFence.FindMissing(connection, default);
    }

    private static async Task<T> Ask<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private async Task<HashSet<string>> List(string sql, params object[] values)
    {
        await using var command = _database.DataSource.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }
}
