using Npgsql;
using OrleansOrders.Cli.Postgres;

namespace OrleansOrders.Cli;

/// <summary>The database that a verb works on: the given one, or the data folder's own.</summary>
public sealed class Database : IAsyncDisposable
{
    /// <summary>Names the database to use, as Npgsql understands it.</summary>
    public const string Variable = "ORDERS_POSTGRES";

    private readonly PrivatePostgres? server;

    private Database(string connectionString, PrivatePostgres? server)
    {
        this.server = server;
        var builder = Parse(connectionString);
        builder.ApplicationName ??= "orders";
        ConnectionString = builder.ConnectionString;
    }

    public string ConnectionString { get; }

    /// <summary>It is a data folder's own, not one that the environment names.</summary>
    public bool IsPrivate => server is not null;

    /// <summary>Takes the data folder for this process, for as long as it serves.</summary>
    public static async Task<Database> Own(PrivatePostgresOptions options, CancellationToken cancellation)
    {
        if (Given is not { } given)
            return await From(PrivatePostgres.Start(options, cancellation));
        if (options.Fresh)
            throw new Failure(ExitCodes.BadInput, $"--fresh throws away a data folder, but {Variable} names another database: unset one of them.");
        return new Database(given, null);
    }

    /// <summary>Works on the database beside a server that may be running on it.</summary>
    public static async Task<Database> Visit(string dataFolder, Terminal terminal, CancellationToken cancellation) =>
        Given is { } given
            ? new Database(given, null)
            : await From(PrivatePostgres.Attach(new PrivatePostgresOptions(dataFolder) { Report = terminal.Report }, cancellation));

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The connection string that the environment names, or null.</summary>
    public static string? Given => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    private static async Task<Database> From(Task<PrivatePostgres> starting)
    {
        var server = await starting;
        return new Database(server.ConnectionString, server);
    }

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException malformed)
        {
            // The message names the bad part only; a password never appears.
            throw new Failure(
                ExitCodes.BadInput, $"{Variable} is not a connection string ({malformed.Message}): write Host=...;Username=...;Database=...", malformed);
        }
    }
}
