using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Bench;

/// <summary>The server that both sides of every headline use: a durable one of its own, which goes with the run.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    /// <summary>Room for the log and the tables, and no checkpoint in the middle of a round. Durability is untouched.</summary>
    private static readonly string[] Settings = ["shared_buffers = 4GB", "wal_buffers = 64MB", "max_wal_size = 16GB"];

    private readonly PrivatePostgres postgres;
    private readonly string folder;
    private readonly int postmaster;

    private BenchServer(PrivatePostgres postgres, string folder, int postmaster) =>
        (this.postgres, this.folder, this.postmaster) = (postgres, folder, postmaster);

    public static async Task<BenchServer> Start(Action<string> report, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("orders-bench-").FullName;
        PrivatePostgres? postgres = null;
        try
        {
            postgres = await PrivatePostgres.Start(
                new PrivatePostgresOptions(folder) { Fresh = true, Report = report, Settings = Settings }, cancellation);
            return new BenchServer(postgres, folder, await FindPostmaster(postgres.ConnectionString, cancellation));
        }
        catch
        {
            await Erase(postgres, folder);
            throw;
        }
    }

    /// <summary>Processor time that the server has used so far.</summary>
    public TimeSpan Processor => ProcessorTime.OfTree(postmaster);

    public async Task<string> ServerVersion(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync(cancellation);
        return connection.PostgreSqlVersion.ToString();
    }

    /// <summary>A new database with all tables of the product and none of the reference's.</summary>
    public async Task<BenchDatabase> CreateDatabase(CancellationToken cancellation)
    {
        var name = $"bench_{Guid.NewGuid():n}";
        await BenchDatabase.Execute(postgres.ConnectionString, $"create database {name}", cancellation);
        var database = new BenchDatabase(this, new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = name }.ConnectionString);
        await Schema.Apply(database.Source, cancellation);
        return database;
    }

    internal Task Drop(string database) =>
        BenchDatabase.Execute(postgres.ConnectionString, $"drop database {database} with (force)", CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Erase(postgres, folder);
    }

    private static async Task Erase(PrivatePostgres? postgres, string folder)
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        await ClusterControl.Erase(folder, CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<int> FindPostmaster(string connectionString, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        return ProcessorTime.ParentOf(connection.ProcessID);
    }
}
