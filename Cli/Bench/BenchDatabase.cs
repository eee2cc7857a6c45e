using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Bench;

/// <summary>A database of its own for one headline, so that no headline pays for the rows of another.</summary>
internal sealed class BenchDatabase(BenchServer server, string connectionString) : IAsyncDisposable
{
    private const int MostConnections = 100;

    public BenchServer Server => server;

    public string ConnectionString => connectionString;

    /// <summary>For references and for loading.</summary>
    public NpgsqlDataSource Source { get; } = NpgsqlDataSource.Create(connectionString);

    /// <summary>As the product sets its connections.</summary>
    public NpgsqlDataSource ProductSource { get; } = NpgsqlDataSource.Create(StoreConnections.Tune(connectionString, MostConnections));

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
        await ProductSource.DisposeAsync();
        await Source.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await server.Drop(new NpgsqlConnectionStringBuilder(connectionString).Database!);
    }
}
