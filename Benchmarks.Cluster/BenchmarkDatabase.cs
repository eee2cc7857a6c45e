using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>A database for one run, on a durable server: a private one that goes with the run, or the one that the environment names.</summary>
internal sealed class BenchmarkDatabase : IAsyncDisposable
{
    private readonly string server;
    private readonly PrivatePostgres? ownServer;
    private readonly string? folder;
    private readonly string name = $"bench_{Guid.NewGuid():n}";

    private BenchmarkDatabase(string server, PrivatePostgres? ownServer, string? folder)
    {
        (this.server, this.ownServer, this.folder) = (server, ownServer, folder);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    /// <summary>Of a database with all tables.</summary>
    public string ConnectionString { get; }

    public static async Task<BenchmarkDatabase> Create()
    {
        BenchmarkDatabase database;
        if (Environment.GetEnvironmentVariable("ORDERS_TEST_POSTGRES") is { Length: > 0 } given)
        {
            database = new BenchmarkDatabase(given, null, null);
        }
        else
        {
            var folder = Directory.CreateTempSubdirectory("orders-bench-").FullName;
            var own = await PrivatePostgres.Start(
                new PrivatePostgresOptions(folder) { Fresh = true, Report = Console.Error.WriteLine }, CancellationToken.None);
            database = new BenchmarkDatabase(own.ConnectionString, own, folder);
        }
        await database.OnServer($"create database {database.name}");
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await Migrator.Apply(source, Schema.Sets);
        return database;
    }

    /// <summary>For one of several users of the server, who get a pool of their own.</summary>
    public string WithConnections(string user, int most) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { MaxPoolSize = most, ApplicationName = $"bench {user}" }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await OnServer($"drop database {name} with (force)");
        if (ownServer is null)
            return;
        await ownServer.DisposeAsync();
        await ClusterControl.Erase(folder!, CancellationToken.None);
        Directory.Delete(folder!, recursive: true);
    }

    private async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
