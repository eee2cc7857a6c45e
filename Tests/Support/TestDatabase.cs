using System.Collections.Concurrent;
using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Support;

/// <summary>A database of its own for one test or fixture, dropped at the end, whoever is still connected.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<TestDatabase>>> Templates = new(StringComparer.Ordinal);

    // One pool, and not a connection for every statement.
    private static readonly ConcurrentDictionary<string, NpgsqlDataSource> Servers = new(StringComparer.Ordinal);

    private readonly string _server;

    private TestDatabase(string server, string name)
    {
        _server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name, IncludeErrorDetail = true }.ConnectionString;
        DataSource = StoreConnections.Open(ConnectionString, "tests");
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>Creates it with the given sets applied; empty when there are none.</summary>
    public static async Task<TestDatabase> Create(params MigrationSet[] sets)
    {
        var server = await TestServer.ConnectionString;
        // On a server that is thrown away nobody has to drop them; and a copy takes a fraction of what the sets take.
        if (sets.Length == 0 || !TestServer.IsThrownAway)
            return await Make(server, sets);
        var template = Templates.GetOrAdd(string.Join(',', sets.Select(set => set.Name)), _ => new(() => MakeTemplate(server, sets)));
        return await Copy(await template.Value);
    }

    /// <summary>A copy of another, to which nobody may be connected.</summary>
    public static Task<TestDatabase> CopyOf(TestDatabase template)
    {
        NpgsqlConnection.ClearAllPools();
        return Copy(template);
    }

    private static async Task<TestDatabase> MakeTemplate(string server, MigrationSet[] sets)
    {
        var template = await Make(server, sets);
        await template.DataSource.DisposeAsync();
        return template;
    }

    private static async Task<TestDatabase> Make(string server, MigrationSet[] sets)
    {
        var database = new TestDatabase(server, $"test_{Guid.NewGuid():n}");
        await OnServer(server, $"create database {database.Name}");
        await Migrator.Apply(database.DataSource, sets);
        return database;
    }

    private static async Task<TestDatabase> Copy(TestDatabase template)
    {
        var database = new TestDatabase(template._server, $"test_{Guid.NewGuid():n}");
        // Its files as they are cost half of what writing them through the log does; before 15 nothing else was done.
        await OnServer(
            template._server,
            version => $"create database {database.Name} template {template.Name}{(version.Major >= 15 ? " strategy file_copy" : "")}");
        return database;
    }

    /// <summary>Runs one or more statements.</summary>
    public async Task Execute(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> Query<T>(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await OnServer(_server, $"drop database if exists {Name} with (force)");
    }

    private static Task OnServer(string server, string sql) => OnServer(server, _ => sql);

    private static async Task OnServer(string server, Func<Version, string> sql)
    {
        await using var connection = await Servers.GetOrAdd(server, Open).OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql(connection.PostgreSqlVersion), connection);
        await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlDataSource Open(string server) =>
        StoreConnections.Open(new NpgsqlConnectionStringBuilder(server) { Database = "postgres" }.ConnectionString, "test server");
}
