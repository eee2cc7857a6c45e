using Npgsql;

namespace OrleansOrders.Hosting;

/// <summary>The database that the environment names.</summary>
public static class DatabaseAddress
{
    /// <summary>Holds a connection string, as Npgsql understands it.</summary>
    public const string Variable = "ORDERS_POSTGRES";

    /// <summary>What the variable, or the file that it names, says; or null.</summary>
    public static string? Given => Secret.Read(Variable);

    /// <summary>Checked, and with a name that PostgreSQL shows for the connections.</summary>
    /// <exception cref="Failure">It is not a connection string.</exception>
    public static string Check(string connectionString, string applicationName, string variable = Variable)
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
                ExitCodes.BadInput, $"{variable} is not a connection string ({malformed.Message}): write Host=...;Username=...;Database=...", malformed);
        }
    }
}
