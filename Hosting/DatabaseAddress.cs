using Npgsql;

namespace OrleansOrders.Hosting;

/// <summary>The database that the environment names.</summary>
public static class DatabaseAddress
{
    /// <summary>Holds a connection string, as Npgsql understands it.</summary>
    public const string Variable = "ORDERS_POSTGRES";

    /// <summary>What the variable says, or null.</summary>
    public static string? Given => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    /// <summary>For a program that cannot do without.</summary>
    /// <exception cref="Failure">The variable is not set, or is not a connection string.</exception>
    public static string CheckGiven(string applicationName) => Check(
        Given ?? throw new Failure(ExitCodes.BadInput, $"{Variable} is not set: name the database, Host=...;Username=...;Database=..."), applicationName);

    /// <summary>Checked, and with a name that PostgreSQL shows for the connections.</summary>
    /// <exception cref="Failure">It is not a connection string.</exception>
    public static string Check(string connectionString, string applicationName)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            builder.ApplicationName ??= applicationName;
            return builder.ConnectionString;
        }
        catch (ArgumentException malformed)
        {
            // The message names the bad part only; a password never appears.
            throw new Failure(
                ExitCodes.BadInput, $"{Variable} is not a connection string ({malformed.Message}): write Host=...;Username=...;Database=...", malformed);
        }
    }
}
