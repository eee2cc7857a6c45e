using Npgsql;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>What customers were told, from the book that whoever tells them keeps.</summary>
internal sealed class NotificationQueries(NpgsqlDataSource dataSource)
{
    private const string OfOrder = """
        select event_id, kind, state, reason, attempts, created_at, sent_at from notifications
        where tenant = $1 and order_id = $2 order by created_at, event_id
        """;

    public async Task<IReadOnlyList<NotificationView>> List(string tenant, string orderId, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(OfOrder, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = orderId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<NotificationView>();
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new NotificationView(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), reader.GetInt32(4),
                reader.GetFieldValue<DateTimeOffset>(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6)));
        }
        return found;
    }
}
