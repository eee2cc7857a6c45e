using Npgsql;

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

    public async Task<Dictionary<string, (long Position, string? Error)>> ReadAll(CancellationToken cancellation)
    {
        await using var select = dataSource.CreateCommand("select name, position, error from projections");
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
