using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Hosting;

/// <summary>The one line and the exit code that a failure becomes. Nobody is shown a stack trace, unless ORDERS_DEBUG=1.</summary>
public static class ErrorLine
{
    /// <summary>What shells report for a program that Ctrl-C ended.</summary>
    public const int Interrupted = 130;

    public static (string Line, int ExitCode) From(Exception failure, CancellationToken cancellation)
    {
        var (line, exitCode) = Explain(failure, cancellation);
        return (OneLine(line), exitCode);
    }

    /// <summary>Writes the line, with the name of the program in front.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(TextWriter error, string program, Exception failure, CancellationToken cancellation)
    {
        var (line, exitCode) = From(failure, cancellation);
        error.WriteLine($"{program}: {line}");
        if (Environment.GetEnvironmentVariable("ORDERS_DEBUG") == "1")
            error.WriteLine(failure);
        return exitCode;
    }

    public static string OneLine(string text) =>
        string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static (string Line, int ExitCode) Explain(Exception failure, CancellationToken cancellation) => failure switch
    {
        Failure expected => (expected.Message, expected.ExitCode),
        OperationCanceledException when cancellation.IsCancellationRequested => ("Interrupted.", Interrupted),
        NewerDatabaseException or OutdatedDatabaseException => (failure.Message, ExitCodes.DataUnusable),
        _ when failure.GetBaseException() is ColdFileException cold => (cold.Message, ExitCodes.DataUnusable),
        PostgresException refused => Explain(refused),
        NpgsqlException { InnerException: AuthenticationException mistrusted } => (
            $"The database's certificate is not accepted ({mistrusted.Message}): name its authority's certificate with Root Certificate=..., and the host as the certificate names it, in ORDERS_POSTGRES.",
            ExitCodes.Unreachable),
        NpgsqlException or UnavailableException or StoreUnavailableException or SocketException or TimeoutException => (
            $"The database does not answer ({failure.Message}): see that PostgreSQL runs, and that ORDERS_POSTGRES is right.",
            ExitCodes.Unreachable),
        HttpRequestException unanswered => (
            $"The server does not answer ({unanswered.Message}): start it with ./run, or name another with --url.", ExitCodes.Unreachable),
        UnauthorizedAccessException denied => ($"{denied.Message} Change the permissions, or run as its owner.", ExitCodes.BadInput),
        IOException broken => ($"{broken.Message} See to the disk and its space.", ExitCodes.Unreachable),
        _ => ($"Unexpected {failure.GetType().Name}: {failure.Message} (ORDERS_DEBUG=1 shows more.)", ExitCodes.Unexpected),
    };

    private static (string Line, int ExitCode) Explain(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.InvalidCatalogName => (
            $"There is no such database ({refused.MessageText}): create it and run `orders migrate`, or correct ORDERS_POSTGRES.",
            ExitCodes.Unreachable),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.UndefinedColumn => (
            $"The database does not have what this program needs ({refused.MessageText}): run `orders migrate`.", ExitCodes.DataUnusable),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => (
            $"The database is damaged ({refused.MessageText}): restore it from a backup.", ExitCodes.DataUnusable),
        PostgresErrorCodes.InsufficientPrivilege => (
            $"The database user may not do this ({refused.MessageText}): grant it, or connect as another user in ORDERS_POSTGRES.",
            ExitCodes.Unreachable),
        _ => ($"The database refuses ({refused.SqlState}: {refused.MessageText}): see that ORDERS_POSTGRES is right.", ExitCodes.Unreachable),
    };
}
