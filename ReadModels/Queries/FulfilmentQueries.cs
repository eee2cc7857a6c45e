using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.ReadModels.Projections;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>Fulfilments for people, latest started first, and for the saga runner, longest due first.</summary>
/// <param name="reading">For one tenant at a time.</param>
/// <param name="all">For all tenants at once.</param>
internal sealed class FulfilmentQueries(NpgsqlDataSource reading, NpgsqlDataSource all)
{
    private const string Select = """
        select order_id, customer_id, status, step, attempts, wake_at, coalesce(cause, reason), owner, version, position,
            started_at, updated_at
        from fulfilment_board where tenant = $1
        """;

    private const string Order = "order by started_at desc, order_id desc limit $2";

    public async Task<Page<FulfilmentView>> List(
        string tenant, string? status, string? cursor, int limit, CancellationToken cancellation)
    {
        string?[] asked = ["fulfilments", tenant, status];
        var after = Cursor.Read(cursor, asked);
        await using var query = new TenantQuery(reading, tenant);
        var command = query.Command;
        command.Parameters.AddWithValue(tenant);
        command.Parameters.AddWithValue(limit + 1);
        var conditions = "";
        if (status is not null)
        {
            command.Parameters.AddWithValue(status);
            conditions += $" and status = ${command.Parameters.Count}";
        }
        if (after is { } row)
        {
            command.Parameters.AddWithValue(row.Time);
            command.Parameters.AddWithValue(row.Id);
            conditions += $" and (started_at, order_id) < (${command.Parameters.Count - 1}, ${command.Parameters.Count})";
        }
        command.CommandText = $"{Select}{conditions} {Order}";
        var items = await ReadAll(query, cancellation);
        if (items.Count <= limit)
            return new Page<FulfilmentView>(items, null);
        items.RemoveAt(limit);
        return new Page<FulfilmentView>(items, new Cursor(items[^1].StartedAt, items[^1].OrderId).Write(asked));
    }

    public async Task<IReadOnlyList<(string Tenant, string OrderId)>> ListDue(
        DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        await using var command = all.CreateCommand(
            "select tenant, order_id from fulfilment_board where wake_minute <= $1 and wake_at <= $1 order by wake_at limit $2");
        command.Parameters.AddWithValue(now.ToUniversalTime());
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var due = new List<(string, string)>();
        while (await reader.ReadAsync(cancellation))
            due.Add((reader.GetString(0), reader.GetString(1)));
        return due;
    }

    private static async Task<List<FulfilmentView>> ReadAll(TenantQuery query, CancellationToken cancellation)
    {
        await using var reader = await query.Read(cancellation);
        var items = new List<FulfilmentView>();
        while (await reader.ReadAsync(cancellation))
        {
            items.Add(new FulfilmentView(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.TextOrNull(3), reader.GetInt32(4),
                reader.TimeOrNull(5), reader.TextOrNull(6), reader.TextOrNull(7), reader.GetInt64(8), reader.GetInt64(9),
                reader.Time(10), reader.Time(11)));
        }
        return items;
    }
}
