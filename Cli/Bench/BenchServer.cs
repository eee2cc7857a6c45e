using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Bench;

/// <summary>The server that both sides of every headline use: a durable one of its own, which goes with the run.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    /// <summary>Room for the log and the tables, and no checkpoint in the middle of a round. Durability is untouched.</summary>
    public static IReadOnlyList<string> Settings { get; } = ["shared_buffers = 4GB", "wal_buffers = 64MB", "max_wal_size = 16GB"];

    private readonly PrivatePostgres? postgres;
    private readonly string? folder;
    private readonly int? postmaster;

    private BenchServer(PrivatePostgres? postgres, string? folder, string connectionString, int? postmaster) =>
        (this.postgres, this.folder, ConnectionString, this.postmaster) = (postgres, folder, connectionString, postmaster);

    /// <summary>Of a database in which nothing is measured.</summary>
    public string ConnectionString { get; }

    /// <summary>Uses a server that somebody else has started. Its processor time is known only when it is on this machine.</summary>
    /// <exception cref="Failure">It cannot be reached.</exception>
    public static async Task<BenchServer> Use(string connectionString, CancellationToken cancellation)
    {
        try
        {
            return new BenchServer(null, null, connectionString, await FindPostmaster(connectionString, cancellation));
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or ArgumentException or TimeoutException)
        {
            throw new Failure(ExitCodes.BadInput, $"--postgres names a server that cannot be used: {unreachable.Message}", unreachable);
        }
    }

    public static async Task<BenchServer> Start(Action<string> report, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("orders-bench-").FullName;
        PrivatePostgres? postgres = null;
        try
        {
            postgres = await PrivatePostgres.Start(
                new PrivatePostgresOptions(folder) { Fresh = true, Report = report, Settings = Settings }, cancellation);
            return new BenchServer(postgres, folder, postgres.ConnectionString, await FindPostmaster(postgres.ConnectionString, cancellation));
        }
        catch
        {
            await Erase(postgres, folder);
            throw;
        }
    }

    /// <summary>Processor time that the server has used so far; zero when it is on another machine.</summary>
    public TimeSpan Processor => postmaster is { } process ? ProcessorTime.OfTree(process) : TimeSpan.Zero;

    public async Task<string> ServerVersion(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellation);
        return connection.PostgreSqlVersion.ToString();
    }

    /// <summary>A new database with all tables of the product and none of the reference's.</summary>
    public async Task<BenchDatabase> CreateDatabase(CancellationToken cancellation)
    {
        var name = $"bench_{Guid.NewGuid():n}";
        await BenchDatabase.Execute(ConnectionString, $"create database {name}", cancellation);
        var database = new BenchDatabase(this, new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString);
        await Schema.Apply(database.Source, cancellation);
        return database;
    }

    internal Task Drop(string database) =>
        BenchDatabase.Execute(ConnectionString, $"drop database {database} with (force)", CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Erase(postgres, folder);
    }

    private static async Task Erase(PrivatePostgres? postgres, string? folder)
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        if (folder is null)
            return;
        await ClusterControl.Erase(folder, CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<int?> FindPostmaster(string connectionString, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        return ProcessorTime.ParentOf(connection.ProcessID);
    }
}
