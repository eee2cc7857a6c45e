using System.Globalization;
using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Faults;

/// <summary>A PostgreSQL server of one test's own, as durable as in life, to be killed, filled and starved.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private readonly string folder;
    private PrivatePostgres server;

    private OwnPostgres(string folder, PrivatePostgres server) => (this.folder, this.server) = (folder, server);

    /// <summary>The same however often it is started again.</summary>
    public string ConnectionString => server.ConnectionString;

    public string BinFolder => server.BinFolder!;

    /// <summary>The cluster's own folder.</summary>
    public string Cluster => Path.Combine(folder, "postgres", "cluster");

    public int Postmaster => int.Parse(File.ReadLines(Path.Combine(Cluster, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Its main process is there; after a panic it is not.</summary>
    public bool IsRunning => File.Exists(Path.Combine(Cluster, "postmaster.pid")) && Shell.Run($"kill -0 {Postmaster}").Succeeded;

    /// <param name="folder">Which others may pass, so that the server's user gets to its cluster.</param>
    public static async Task<OwnPostgres> Start(string folder)
    {
        var server = await PrivatePostgres.Start(OptionsFor(folder), CancellationToken.None);
        return new OwnPostgres(folder, server);
    }

    /// <summary>Signals a process of the server and does not wait.</summary>
    public static void Signal(int process, string signal) => Shell.Run($"kill -{signal} {process.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Starts it again, whatever became of it, as an operator would; what recovery takes is waited for.</summary>
    public async Task Restart()
    {
        await server.DisposeAsync();
        server = await PrivatePostgres.Start(OptionsFor(folder), CancellationToken.None);
    }

    public async Task Stop() => await server.DisposeAsync();

    /// <summary>The first column of the first row, on a connection of its own.</summary>
    public async Task<T> Query<T>(string sql)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false;Application Name=tester");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until it answers.</summary>
    public Task AwaitAnswer() => Eventually.True(async () =>
    {
        try
        {
            return await Query<int>("select 1") == 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }, TimeSpan.FromSeconds(60));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static PrivatePostgresOptions OptionsFor(string folder) => new(folder)
    {
        Settings = ["shared_buffers = 32MB", "wal_buffers = 1MB", "max_wal_size = 64MB", "max_connections = 120"],
    };
}
