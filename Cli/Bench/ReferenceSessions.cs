using System.Collections.Concurrent;
using Npgsql;

namespace OrleansOrders.Cli.Bench;

/// <summary>Connections with a prepared reference statement each, for whoever wants one next.</summary>
internal sealed class ReferenceSessions : IAsyncDisposable
{
    private readonly List<NpgsqlCommand> all = [];
    private readonly ConcurrentQueue<NpgsqlCommand> free = new();
    private readonly SemaphoreSlim available = new(0);

    public static async Task<ReferenceSessions> Open(BenchDatabase database, string statement, int connections, CancellationToken cancellation)
    {
        var sessions = new ReferenceSessions();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                var command = new NpgsqlCommand(ReferenceLoad.Sql(statement), await database.Source.OpenConnectionAsync(cancellation)) { CommandTimeout = 0 };
                sessions.all.Add(command);
                await command.PrepareAsync(cancellation);
                sessions.Return(command);
            }
            return sessions;
        }
        catch
        {
            await sessions.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a connection, and then for the statement.</summary>
    public async Task Execute(long number, CancellationToken cancellation)
    {
        await available.WaitAsync(cancellation);
        free.TryDequeue(out var command);
        await command!.ExecuteNonQueryAsync(cancellation);
        Return(command);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in all)
        {
            await command.Connection!.DisposeAsync();
            await command.DisposeAsync();
        }
        available.Dispose();
    }

    private void Return(NpgsqlCommand command)
    {
        free.Enqueue(command);
        available.Release();
    }
}
