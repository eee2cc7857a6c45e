using Npgsql;
using OrleansOrders.Domain;

namespace OrleansOrders.ReadModels;

/// <summary>The table <c>projections</c>: one row for each live table, and one for each shadow while it is built.</summary>
internal sealed class ProjectionTable(NpgsqlDataSource dataSource)
{
    /// <summary>Where the projection stands; a row is made at position 0 when there is none.</summary>
    public async Task<Fence> Ensure(string name, CancellationToken cancellation)
    {
        await using (var insert = dataSource.CreateCommand("insert into projections (name) values ($1) on conflict (name) do nothing"))
        {
            insert.Parameters.AddWithValue(name);
            await insert.ExecuteNonQueryAsync(cancellation);
        }
        return await Find(name, cancellation) ?? throw new InvalidOperationException($"The position of {name} was removed.");
    }

    public async Task<Fence?> Find(string name, CancellationToken cancellation)
    {
        await using var select = dataSource.CreateCommand("select position, generation from projections where name = $1");
        select.Parameters.AddWithValue(name);
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new Fence(name, reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    /// <summary>Where its parts stand, in the order of their partitions; empty when it is kept as a whole.</summary>
    public async Task<IReadOnlyList<Fence>> FindParts(string name, CancellationToken cancellation)
    {
        await using var select = dataSource.CreateCommand("""
            select name, position, generation from projections where name ^@ ($1 || '/') order by split_part(name, '/', 2)::integer
            """);
        select.Parameters.AddWithValue(name);
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        var parts = new List<Fence>();
        while (await reader.ReadAsync(cancellation))
            parts.Add(new Fence(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        return parts;
    }

    /// <summary>From now on the table is kept in parts, by whoever keeps it.</summary>
    public async Task Split(string name, CancellationToken cancellation)
    {
        await using var split = dataSource.CreateCommand("select split_projection($1, $2)");
        split.Parameters.AddWithValue(name);
        split.Parameters.AddWithValue(PublishedEvents.Partitions);
        await split.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Moves the position, where no row changes.</summary>
    /// <returns>False when the fence did not hold.</returns>
    public static async Task<bool> Advance(NpgsqlConnection connection, Fence fence, long position, CancellationToken cancellation)
    {
        await using var advance = new NpgsqlCommand(TableStatements.Advance, connection);
        advance.Parameters.AddWithValue(position);
        advance.Parameters.AddWithValue(fence.Name);
        advance.Parameters.AddWithValue(fence.Position);
        advance.Parameters.AddWithValue(fence.Generation);
        return await advance.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>How far every read model is as a whole.</summary>
    public async Task<Dictionary<string, (long Position, string? Error)>> ReadAll(CancellationToken cancellation)
    {
        await using var select = dataSource.CreateCommand("select r_name, r_position, r_error from read_projection_positions($1, $2)");
        select.Parameters.AddWithValue(ReadModelCatalog.All.Select(projection => projection.Name).ToArray());
        select.Parameters.AddWithValue(ReadModelCatalog.All.Select(projection => PublishedEvents.TopicOf(projection.StreamType)).ToArray());
        await using var reader = await select.ExecuteReaderAsync(cancellation);
        var rows = new Dictionary<string, (long, string?)>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            rows.Add(reader.GetString(0), (reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        return rows;
    }

    /// <summary>Lets other processes see why the projection does not go on; cleared by the next batch that does.</summary>
    public async Task WriteError(string name, string error, CancellationToken cancellation)
    {
        await using var update = dataSource.CreateCommand("update projections set error = $2, updated_at = now() where name = $1");
        update.Parameters.AddWithValue(name);
        update.Parameters.AddWithValue(error.Replace('\0', ' '));
        await update.ExecuteNonQueryAsync(cancellation);
    }

    public async Task ClearError(string name, CancellationToken cancellation)
    {
        await using var update = dataSource.CreateCommand("update projections set error = null where name = $1 and error is not null");
        update.Parameters.AddWithValue(name);
        await update.ExecuteNonQueryAsync(cancellation);
    }
}
