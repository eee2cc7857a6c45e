using Npgsql;

namespace OrleansOrders.Engine;

/// <summary>Where a reader of the log notes how far it has finished. May be behind, never ahead.</summary>
public interface IReactionCheckpoint
{
    Task<long> Read(CancellationToken cancellation);

    Task Write(long position, CancellationToken cancellation);
}

public sealed class PostgresReactionCheckpoint(NpgsqlDataSource database, string name) : IReactionCheckpoint
{
    public async Task<long> Read(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select position from reaction_checkpoints where name = $1");
        command.Parameters.Add(new() { Value = name });
        return (long?)await command.ExecuteScalarAsync(cancellation) ?? 0;
    }

    public async Task Write(long position, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            insert into reaction_checkpoints (name, position) values ($1, $2)
            on conflict (name) do update set position = greatest(reaction_checkpoints.position, excluded.position)
            """);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = position });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>Kept only as long as the process: for tests and simulation, which start from the log's beginning.</summary>
public sealed class InMemoryReactionCheckpoint : IReactionCheckpoint
{
    private long kept;

    public Task<long> Read(CancellationToken cancellation) => Task.FromResult(Interlocked.Read(ref kept));

    public Task Write(long position, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref kept, position);
        return Task.CompletedTask;
    }
}
