using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using OrleansOrders.Domain.Ports;
using OrleansOrders.ReadModels.Projections;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>One order, and lists of orders newest first.</summary>
internal sealed class OrderQueries(NpgsqlDataSource dataSource)
{
    /// <summary>Parts of words are looked up through trigrams, and a shorter text has none.</summary>
    private const int ShortestPart = 3;

    private const string Columns =
        "order_id, customer_id, status, currency, total, country, line_count, version, position, created_at, placed_at, listed_at";

    public async Task<OrderView?> Find(string tenant, string orderId, CancellationToken cancellation)
    {
        await using var query = new TenantQuery(
            dataSource, tenant, "select document::text from order_details where tenant = $1 and order_id = $2");
        query.Command.Parameters.AddWithValue(tenant);
        query.Command.Parameters.AddWithValue(orderId);
        await using var reader = await query.Read(cancellation);
        return await reader.ReadAsync(cancellation) ? OrderDetails.ReadView(reader.GetString(0)) : null;
    }

    public async Task<Page<OrderSummary>> List(string tenant, OrderQuery query, CancellationToken cancellation)
    {
        string?[] asked =
        [
            "orders", tenant, query.Customer, query.Status, query.Text, Iso(query.From), Iso(query.To),
        ];
        var after = Cursor.Read(query.Cursor, asked);
        await using var rows = new TenantQuery(dataSource, tenant);
        rows.Command.CommandText = query.Text is null ? Listing(rows.Command, tenant, query, after) : Search(rows.Command, query, after);
        await using var reader = await rows.Read(cancellation);
        var items = new List<OrderSummary>(query.Limit);
        while (await reader.ReadAsync(cancellation))
        {
            if (items.Count == query.Limit)
            {
                var last = items[^1];
                return new Page<OrderSummary>(items, new Cursor(last.PlacedAt ?? last.CreatedAt, last.Id).Write(asked));
            }
            items.Add(Read(reader));
        }
        return new Page<OrderSummary>(items, null);
    }

    /// <summary>One row more than asked for is read, which says whether there is a next page.</summary>
    private static string Listing(NpgsqlBatchCommand command, string tenant, OrderQuery query, Cursor? after)
    {
        var sql = new StringBuilder($"select {Columns} from {query.ServedBy} where tenant = ");
        sql.Append(Add(command, tenant));
        if (query.Customer is not null)
            sql.Append(" and customer_id = ").Append(Add(command, query.Customer));
        if (query.Status is not null)
            sql.Append(" and status = ").Append(Add(command, query.Status));
        if (query.From is { } from)
            sql.Append(" and listed_at >= ").Append(Add(command, from.ToUniversalTime()));
        if (query.To is { } to)
            sql.Append(" and listed_at < ").Append(Add(command, to.ToUniversalTime()));
        if (after is { } row)
            sql.Append($" and (listed_at, order_id) < ({Add(command, row.Time)}, {Add(command, row.Id)})");
        return sql.Append(" order by listed_at desc, order_id desc limit ").Append(Add(command, query.Limit + 1)).ToString();
    }

    private static string Search(NpgsqlBatchCommand command, OrderQuery query, Cursor? after)
    {
        Add(command, query.Text!);
        AddText(command, query.Text!.Length < ShortestPart ? null : $"%{EscapeLike(query.Text)}%");
        AddText(command, query.Customer);
        AddText(command, query.Status);
        AddTime(command, query.From);
        AddTime(command, query.To);
        AddTime(command, after?.Time);
        AddText(command, after?.Id);
        Add(command, query.Limit + 1);
        return "select * from list_orders_by_text($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    }

    private static void AddText(NpgsqlBatchCommand command, string? value) => AddTyped(command, NpgsqlDbType.Text, value);

    private static void AddTime(NpgsqlBatchCommand command, DateTimeOffset? value) =>
        AddTyped(command, NpgsqlDbType.TimestampTz, value?.ToUniversalTime());

    private static void AddTyped(NpgsqlBatchCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });

    private static string EscapeLike(string text) =>
        text.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_");

    private static string Add(NpgsqlBatchCommand command, object value)
    {
        command.Parameters.AddWithValue(value);
        return $"${command.Parameters.Count}";
    }

    private static string? Iso(DateTimeOffset? time) => time?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static OrderSummary Read(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4),
        reader.TextOrNull(5), reader.GetInt32(6), reader.GetInt64(7), reader.GetInt64(8), reader.Time(9), reader.TimeOrNull(10));
}
