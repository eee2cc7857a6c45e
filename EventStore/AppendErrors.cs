using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>What an error says about the batch that met it. Told by type and SQLSTATE, never by the message.</summary>
internal static class AppendErrors
{
    /// <summary>
    /// The same statement would fail in the same way: one of the batch's appends is bad, and has to be found. Classes:
    /// 21 cardinality, 22 data, 23 constraints, 42 names and rights, 54 limits. Outside the database: text that has no UTF-8.
    /// </summary>
    public static bool IsDeterministic(Exception error) => error switch
    {
        PostgresException { SqlState: var state } => state[..2] is "21" or "22" or "23" or "42" or "54",
        ArgumentException or InvalidCastException or InvalidDataException => true,
        _ => false,
    };

    /// <summary>
    /// True when the server said that it failed, and that is the last word: the statement was rolled back. A fatal error
    /// closes the connection and may follow a commit, and everything else says nothing about the server.
    /// </summary>
    public static bool IsRolledBack(Exception error) =>
        error is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>The single bad append's own error.</summary>
    public static Exception Explain(Exception error, Append append) => error switch
    {
        PostgresException { SqlState: var state } when state[..2] is "22" =>
            new InvalidAppendException($"The database cannot store the append to {append.Stream} (SQLSTATE {state}).", error),
        ArgumentException => new InvalidAppendException($"The append to {append.Stream} holds text that cannot be stored.", error),
        PostgresException => error,
        _ => new AppendOutcomeUnknownException($"The append to {append.Stream} ended without an answer.", error),
    };
}
