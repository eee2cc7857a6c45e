using System.Data;
using Npgsql;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>
/// The right to build a shadow table: held by a connection of its own, outside the pool, so that it ends with the process
/// whatever ends that.
/// </summary>
internal sealed class RebuildLock : IAsyncDisposable
{
    private RebuildLock(NpgsqlConnection connection) => Connection = connection;

    /// <summary>Everything that is done to the shadow is done on this connection: where it is lost, so is the right.</summary>
    public NpgsqlConnection Connection { get; }

    /// <returns>Null when somebody else builds it.</returns>
    public static async Task<RebuildLock?> TryTake(string connectionString, ShadowTable table, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 0))", connection);
            command.Parameters.AddWithValue($"read model {table.Name}");
            if ((bool)(await command.ExecuteScalarAsync(cancellation))!)
                return new RebuildLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>
    /// Gives the right up before it closes the connection: the server notices a closed one a little later, and whoever asks
    /// next would be told that somebody is building.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Connection.State == ConnectionState.Open)
                await Connection.Execute("select pg_advisory_unlock_all()", CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            // The connection is broken, and the right ends with it.
        }
        await Connection.DisposeAsync();
    }
}
