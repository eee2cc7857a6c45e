using Npgsql;

namespace OrleansOrders.Cli.Bench;

/// <summary>A database of its own for one headline, so that no headline pays for the rows of another.</summary>
internal sealed class BenchDatabase(BenchServer server, string connectionString) : IAsyncDisposable
{
    public BenchServer Server => server;

    public string ConnectionString => connectionString;

    public NpgsqlDataSource Source { get; } = NpgsqlDataSource.Create(connectionString);

    public Task Execute(string sql, CancellationToken cancellation) => Execute(connectionString, sql, cancellation);

    public static async Task Execute(string connectionString, string sql, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await server.Drop(new NpgsqlConnectionStringBuilder(connectionString).Database!);
    }
}
