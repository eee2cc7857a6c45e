using Npgsql;

namespace OrleansOrders.ReadModels.Projections;

/// <summary>One order of one tenant.</summary>
public readonly record struct OrderKey(string Tenant, string OrderId)
{
    public static IReadOnlyList<Column<OrderKey>> Columns { get; } =
        [Column.Text<OrderKey>("tenant", key => key.Tenant), Column.Text<OrderKey>("order_id", key => key.OrderId)];

    public static OrderKey Read(NpgsqlDataReader reader) => new(reader.GetString(0), reader.GetString(1));
}

internal static class ReaderExtensions
{
    public static string? TextOrNull(this NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);

    public static DateTimeOffset Time(this NpgsqlDataReader reader, int ordinal) => reader.GetFieldValue<DateTimeOffset>(ordinal);

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : reader.GetFieldValue<DateTimeOffset>(ordinal);
}
