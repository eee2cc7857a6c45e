using OrleansOrders.Cli.Postgres;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli;

/// <summary>The database that a verb works on: the given one, or the data folder's own.</summary>
public sealed class Database : IAsyncDisposable
{
    private readonly PrivatePostgres? server;

    private Database(string connectionString, PrivatePostgres? server)
    {
        this.server = server;
        ConnectionString = DatabaseAddress.Check(connectionString, "orders");
    }

    public string ConnectionString { get; }

    /// <summary>It is a data folder's own, not one that the environment names.</summary>
    public bool IsPrivate => server is not null;

    /// <summary>Takes the data folder for this process, for as long as it serves.</summary>
    public static async Task<Database> Own(PrivatePostgresOptions options, CancellationToken cancellation)
    {
        if (DatabaseAddress.Given is not { } given)
            return await From(PrivatePostgres.Start(options, cancellation));
        if (options.Fresh)
            throw new Failure(ExitCodes.BadInput, $"--fresh throws away a data folder, but {DatabaseAddress.Variable} names another database: unset one of them.");
        return new Database(given, null);
    }

    /// <summary>Works on the database beside a server that may be running on it.</summary>
    public static async Task<Database> Visit(string dataFolder, Terminal terminal, CancellationToken cancellation) =>
        DatabaseAddress.Given is { } given
            ? new Database(given, null)
            : await From(PrivatePostgres.Attach(new PrivatePostgresOptions(dataFolder) { Report = terminal.Report }, cancellation));

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<Database> From(Task<PrivatePostgres> starting)
    {
        var server = await starting;
        return new Database(server.ConnectionString, server);
    }
}
