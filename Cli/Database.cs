using OrleansOrders.Cli.Postgres;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

namespace OrleansOrders.Cli;

/// <summary>The database that a verb works on: the given one, or the data folder's own.</summary>
public sealed class Database : IAsyncDisposable
{
    private const string Name = "orders";

    private readonly PrivatePostgres? server;

    private Database(DatabaseLogins logins, PrivatePostgres? server) => (Logins, this.server) = (logins, server);

    /// <summary>How each part of the program reaches it.</summary>
    public DatabaseLogins Logins { get; }

    /// <summary>Of whoever may do everything in it.</summary>
    public string ConnectionString => Logins.Main;

    /// <summary>It is a data folder's own, not one that the environment names.</summary>
    public bool IsPrivate => server is not null;

    /// <summary>Takes the data folder for this process, for as long as it serves.</summary>
    public static async Task<Database> Own(PrivatePostgresOptions options, CancellationToken cancellation)
    {
        if (Given() is not { } given)
            return await From(PrivatePostgres.Start(options, cancellation));
        if (options.Fresh)
            throw new Failure(ExitCodes.BadInput, $"--fresh throws away a data folder, but {DatabaseAddress.Variable} names another database: unset one of them.");
        return new Database(given, null);
    }

    /// <summary>Works on the database beside a server that may be running on it.</summary>
    public static async Task<Database> Visit(string dataFolder, Terminal terminal, CancellationToken cancellation) =>
        Given() is { } given
            ? new Database(given, null)
            : await From(PrivatePostgres.Attach(new PrivatePostgresOptions(dataFolder) { Report = terminal.Report }, cancellation));

    private static DatabaseLogins? Given() => DatabaseLogins.FromEnvironment(Name);

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<Database> From(Task<PrivatePostgres> starting)
    {
        var server = await starting;
        return new Database(new DatabaseLogins(DatabaseAddress.Check(server.ConnectionString, Name)) { RolesLogIn = true }, server);
    }
}
