using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// The database at one moment, for any number of readers: what a running server writes meanwhile is not seen, so a
/// command's events, its receipt and the provider's books are seen together or not at all.
/// </summary>
internal sealed class LogSnapshot : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly NpgsqlConnection holder;
    private readonly NpgsqlTransaction held;
    private readonly string name;

    private LogSnapshot(NpgsqlDataSource database, NpgsqlConnection holder, NpgsqlTransaction held, string name) =>
        (this.database, this.holder, this.held, this.name) = (database, holder, held, name);

    public static async Task<LogSnapshot> Take(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var holder = await database.OpenConnectionAsync(cancellation);
        var held = await holder.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using var command = new NpgsqlCommand("select pg_export_snapshot()", holder, held);
        return new LogSnapshot(database, holder, held, (string)(await command.ExecuteScalarAsync(cancellation))!);
    }

    /// <summary>Runs a query row by row; the rows are never held together. Each query has a connection of its own.</summary>
    public async IAsyncEnumerable<NpgsqlDataReader> Read(
        string sql, [EnumeratorCancellation] CancellationToken cancellation, params object[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await using (var adopt = new NpgsqlCommand($"set transaction snapshot '{name}'; set local work_mem = '32MB'", connection, transaction))
            await adopt.ExecuteNonQueryAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
        foreach (var parameter in parameters)
            command.Parameters.AddWithValue(parameter);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            yield return reader;
    }

    /// <summary>Adds every row of a query that looks for violations, in words.</summary>
    public async Task Collect(
        Findings findings, string sql, Func<NpgsqlDataReader, FormattableString> describe, CancellationToken cancellation)
    {
        await foreach (var row in Read(sql, cancellation))
            findings.Add(describe(row));
    }

    public async Task<T> Single<T>(string sql, CancellationToken cancellation)
    {
        await foreach (var row in Read(sql, cancellation))
            return row.IsDBNull(0) ? default! : row.GetFieldValue<T>(0);
        return default!;
    }

    public async ValueTask DisposeAsync()
    {
        await held.DisposeAsync();
        await holder.DisposeAsync();
    }
}
