using Npgsql;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Postgres;

/// <param name="DataDirectory">The data folder; made when it is not there.</param>
public sealed record PrivatePostgresOptions(string DataDirectory)
{
    /// <summary>Throw away what is in the data folder first.</summary>
    public bool Fresh { get; init; }

    /// <summary>False only where the data is thrown away anyway: in tests.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Lines of <c>postgresql.conf</c> that take precedence over those of <see cref="ServerSettings"/>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>How long a start waits for what a killed server has left running on the data. Default 60 s.</summary>
    public TimeSpan OrphanPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets a line when something takes long.</summary>
    public Action<string> Report { get; init; } = _ => { };
}

/// <summary>
/// A PostgreSQL server of our own below a data folder, reachable over a Unix socket only, so that any number run side
/// by side. One process owns the folder; the server outlives that process only when it is killed, and is then found again.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    /// <summary>The name of the database in it.</summary>
    public const string Database = "orders";

    private readonly DataFolderLock? ownership;
    private readonly ClusterPlace place;
    private readonly PostgresBinaries? binaries;

    private PrivatePostgres(DataFolderLock? ownership, ClusterPlace place, PostgresBinaries? binaries, string socketFolder)
    {
        this.ownership = ownership;
        this.place = place;
        this.binaries = binaries;
        ConnectionString = RunningServer.ConnectionString(socketFolder, Database);
    }

    /// <summary>For Npgsql; its user may create databases and roles.</summary>
    public string ConnectionString { get; }

    /// <summary>The folder with the programs that serve it; null when another process owns the server.</summary>
    public string? BinFolder => binaries?.Folder;

    /// <summary>Takes the data folder and starts its server, or takes over one that a killed process left.</summary>
    /// <exception cref="Failure">The folder is in use or damaged, or there is no PostgreSQL.</exception>
    public static async Task<PrivatePostgres> Start(PrivatePostgresOptions options, CancellationToken cancellation)
    {
        var data = Path.GetFullPath(options.DataDirectory);
        return await Start(options, data, DataFolderLock.Take(data), cancellation);
    }

    /// <summary>Uses the server that another process runs on the data folder, else starts it until disposed.</summary>
    /// <exception cref="Failure">The folder is damaged or not there, or there is no PostgreSQL.</exception>
    public static async Task<PrivatePostgres> Attach(PrivatePostgresOptions options, CancellationToken cancellation)
    {
        var data = Path.GetFullPath(options.DataDirectory);
        if (!Exists(data))
            throw new Failure(ExitCodes.BadInput, $"There is no database in {data}: start one with ./run, or name another folder with --data.");
        if (DataFolderLock.TryTake(data) is { } ownership)
            return await Start(options, data, ownership, cancellation);
        var place = await ClusterPlace.Choose(data, cancellation);
        var socketFolder = await RunningServer.Find(place, cancellation) ?? throw new Failure(
            ExitCodes.Unreachable,
            $"{data} is in use by process {DataFolderLock.HolderOf(data)}, which serves no database yet: try again in a moment, or stop it.");
        return new PrivatePostgres(null, place, null, socketFolder);
    }

    /// <summary>Says whether there is anything to attach to.</summary>
    public static bool Exists(string dataDirectory) =>
        Directory.Exists(Path.Combine(dataDirectory, "postgres")) || File.Exists(ClusterPlace.PointerOf(dataDirectory));

    /// <summary>Stops the server in an orderly way and frees the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ownership is null)
            return;
        await ClusterControl.Stop(place, binaries!, CancellationToken.None);
        var isElsewhere = !place.Sockets.StartsWith(place.Home, StringComparison.Ordinal);
        if (isElsewhere && !Directory.EnumerateFileSystemEntries(place.Sockets).Any())
            Directory.Delete(place.Sockets);
        ownership.Dispose();
    }

    private static async Task<PrivatePostgres> Start(
        PrivatePostgresOptions options, string data, DataFolderLock ownership, CancellationToken cancellation)
    {
        PrivatePostgres? server = null;
        try
        {
            if (options.Fresh)
                await ClusterControl.Erase(data, cancellation);
            var place = await ClusterPlace.Choose(data, cancellation);
            var major = ClusterControl.ReadMajor(place);
            var binaries = await PostgresBinaries.Find(major, place.User, cancellation)
                ?? await PostgresDownload.Get(major, place.User, options.Report, cancellation);
            if (major is null)
                await ClusterControl.Create(place, binaries, options.Durable, cancellation);
            if (await RunningServer.Find(place, cancellation) is not { } socketFolder)
            {
                await ClusterControl.Start(place, binaries, options, cancellation);
                socketFolder = place.Sockets;
            }
            server = new PrivatePostgres(ownership, place, binaries, socketFolder);
            await CreateDatabase(socketFolder, cancellation);
            return server;
        }
        catch
        {
            if (server is not null)
                await server.DisposeAsync();
            ownership.Dispose();
            throw;
        }
    }

    private static async Task CreateDatabase(string socketFolder, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(RunningServer.ConnectionString(socketFolder, "postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = Database } } };
        if (await find.ExecuteScalarAsync(cancellation) is not null)
            return;
        await using var create = new NpgsqlCommand($"create database {Database}", connection);
        await create.ExecuteNonQueryAsync(cancellation);
    }
}
