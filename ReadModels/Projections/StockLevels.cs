using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Projections;

public readonly record struct StockKey(string Tenant, string Sku);

/// <summary>Pieces of one SKU.</summary>
public sealed record StockLevelsRow(
    StockKey Key, long Received, long Adjusted, long Shipped, long Reserved, long Version, long Position) : IProjectionRow<StockKey>;

/// <summary>
/// Pieces per SKU. Every event says by how much it moves them, so the row needs no list of reservations, which could grow
/// without bound; that each reservation is closed once is the aggregate's business.
/// </summary>
public sealed class StockLevels : Projection<StockKey, StockLevelsRow>
{
    public static readonly StockLevels Projection = new();

    private StockLevels()
    {
    }

    public override string Name => "stock_levels";

    public override string StreamType => Stock.StreamType;

    public override IReadOnlyList<Column<StockKey>> KeyColumns { get; } =
        [Column.Text<StockKey>("tenant", key => key.Tenant), Column.Text<StockKey>("sku", key => key.Sku)];

    public override IReadOnlyList<Column<StockLevelsRow>> RowColumns { get; } =
    [
        Column.Long<StockLevelsRow>("received", row => row.Received) with { Totalled = true },
        Column.Long<StockLevelsRow>("adjusted", row => row.Adjusted) with { Totalled = true },
        Column.Long<StockLevelsRow>("shipped", row => row.Shipped) with { Totalled = true },
        Column.Long<StockLevelsRow>("reserved", row => row.Reserved) with { Totalled = true },
        Column.Long<StockLevelsRow>("version", row => row.Version),
        Column.Long<StockLevelsRow>("position", row => row.Position),
    ];

    public override string IdOf(StockKey key) => key.Sku;

    public override IReadOnlyList<StockKey> KeysOf(EventEnvelope envelope) => [new(envelope.Tenant, envelope.Id)];

    public override StockLevelsRow? Apply(StockKey key, StockLevelsRow? row, EventEnvelope envelope)
    {
        if (!RowVersion.IsNext(row?.Version ?? 0, envelope))
            return row;
        var next = (row ?? new StockLevelsRow(key, 0, 0, 0, 0, 0, 0)) with { Version = envelope.Version, Position = envelope.Position };
        return envelope.Event switch
        {
            StockReceived e => next with { Received = checked(next.Received + e.Quantity) },
            StockReserved e => next with { Reserved = checked(next.Reserved + e.Quantity) },
            ReservationReleased e => next with { Reserved = next.Reserved - e.Quantity },
            StockShipped e => next with { Reserved = next.Reserved - e.Quantity, Shipped = checked(next.Shipped + e.Quantity) },
            StockAdjusted e => next with { Adjusted = checked(next.Adjusted + e.Quantity) },
            _ => throw new InvalidOperationException($"{envelope.Event.GetType().Name} is not an event of stock."),
        };
    }

    public override int BytesOf(StockLevelsRow row) => 200;

    public override StockLevelsRow Read(NpgsqlDataReader reader) => new(
        new StockKey(reader.GetString(0), reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
        reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7));
}
