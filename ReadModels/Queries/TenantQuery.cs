using Npgsql;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>
/// A query on behalf of one tenant. The tenant is named in the same message and the same transaction, and forgotten with it:
/// row security shows that tenant's rows, whatever the query itself asks for.
/// </summary>
internal sealed class TenantQuery : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch;

    public TenantQuery(NpgsqlDataSource dataSource, string tenant, string sql = "")
    {
        _batch = dataSource.CreateBatch();
        var name = new NpgsqlBatchCommand("select set_config('orders.tenant', $1, true)");
        name.Parameters.AddWithValue(tenant);
        _batch.BatchCommands.Add(name);
        Command = new NpgsqlBatchCommand(sql);
        _batch.BatchCommands.Add(Command);
    }

    /// <summary>The query itself, for its text and its values.</summary>
    public NpgsqlBatchCommand Command { get; }

    /// <returns>Its rows.</returns>
    public async Task<NpgsqlDataReader> Read(CancellationToken cancellation)
    {
        var reader = await _batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return reader;
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();
}
