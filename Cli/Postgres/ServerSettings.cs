namespace OrleansOrders.Cli.Postgres;

/// <summary>The private server's settings: for one shop's machine, not for a database farm.</summary>
internal static class ServerSettings
{
    /// <summary>Included by <c>postgresql.conf</c>, written anew at every start.</summary>
    public const string FileName = "orders.conf";

    /// <param name="durable">False only where the data is thrown away anyway: in tests.</param>
    /// <param name="others">Lines that take precedence.</param>
    public static string Write(string socketFolder, bool durable, IEnumerable<string> others) =>
        $"""
        # Written by `orders` at every start; changes here are lost.
        listen_addresses = ''
        port = 5432
        unix_socket_directories = '{socketFolder.Replace("'", "''", StringComparison.Ordinal)}'
        unix_socket_permissions = 0700
        max_connections = 300
        shared_buffers = {(durable ? "256MB" : "64MB")}
        wal_buffers = 16MB
        max_wal_size = 4GB
        checkpoint_timeout = 15min
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        fsync = {(durable ? "on" : "off")}
        full_page_writes = {(durable ? "on" : "off")}
        synchronous_commit = {(durable ? "on" : "off")}
        # Statements and row values can hold personal data: the log keeps neither.
        log_min_error_statement = panic
        log_error_verbosity = terse
        {string.Join('\n', others)}

        """;
}
