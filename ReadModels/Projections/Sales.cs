using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Projections;

/// <param name="Day">Of placing, UTC.</param>
/// <param name="Sku">Empty in the row that counts whole orders.</param>
/// <param name="Country">Empty when the order names none.</param>
/// <param name="Shard">
/// The part of its topic that the order belongs to. Of the same day, SKU, country and currency there is a row for each part,
/// so that whoever projects one part shares no row with the others; reports add them up.
/// </param>
public readonly record struct SalesKey(string Tenant, DateOnly Day, string Sku, string Country, string Currency, int Shard);

/// <param name="Orders">Placed and not cancelled.</param>
/// <param name="Quantity">Pieces in them.</param>
/// <param name="Gross">Minor units, before returns.</param>
public sealed record SalesTableRow(SalesKey Key, long Orders, long Quantity, long Gross, long Position) : IProjectionRow<SalesKey>;

/// <summary>What was placed and not cancelled: placing adds, cancelling what was placed takes it from the day of placing.</summary>
public sealed class Sales : Projection<SalesKey, SalesTableRow>
{
    /// <summary>In place of a SKU: the row counts whole orders.</summary>
    public const string WholeOrders = "";

    public static readonly Sales Projection = new();

    private Sales()
    {
    }

    public override string Name => "sales";

    public override string StreamType => Order.StreamType;

    public override IReadOnlyList<Column<SalesKey>> KeyColumns { get; } =
    [
        Column.Text<SalesKey>("tenant", key => key.Tenant),
        Column.Day<SalesKey>("day", key => key.Day),
        Column.Text<SalesKey>("sku", key => key.Sku),
        Column.Text<SalesKey>("country", key => key.Country),
        Column.Text<SalesKey>("currency", key => key.Currency),
        Column.Int<SalesKey>("shard", key => key.Shard),
    ];

    public override IReadOnlyList<Column<SalesTableRow>> RowColumns { get; } =
    [
        Column.Long<SalesTableRow>("orders", row => row.Orders) with { Totalled = true },
        Column.Long<SalesTableRow>("quantity", row => row.Quantity) with { Totalled = true },
        Column.Long<SalesTableRow>("gross", row => row.Gross) with { Totalled = true },
        Column.Long<SalesTableRow>("position", row => row.Position),
    ];

    public override bool StartsRow(EventEnvelope envelope) => false;

    public override string IdOf(SalesKey key) => key.Sku;

    public override IReadOnlyList<SalesKey> KeysOf(EventEnvelope envelope)
    {
        if (PlacedIn(envelope.Event) is not { } placed)
            return [];
        var day = DateOnly.FromDateTime(placed.At.UtcDateTime);
        var country = placed.Country ?? "";
        var shard = PublishedEvents.PartitionOf($"{envelope.StreamType}-{envelope.Id}");
        var keys = new List<SalesKey>(placed.Lines.Length + 1) { new(envelope.Tenant, day, WholeOrders, country, placed.Currency, shard) };
        var seen = new HashSet<string>(StringComparer.Ordinal) { WholeOrders };
        foreach (var line in placed.Lines)
        {
            if (seen.Add(line.Sku))
                keys.Add(new SalesKey(envelope.Tenant, day, line.Sku, country, placed.Currency, shard));
        }
        return keys;
    }

    public override SalesTableRow? Apply(SalesKey key, SalesTableRow? row, EventEnvelope envelope)
    {
        row ??= new SalesTableRow(key, 0, 0, 0, 0);
        if (PlacedIn(envelope.Event) is not { } placed)
            return row;
        var (quantity, gross) = Sum(placed, key.Sku);
        var sign = envelope.Event is OrderPlaced ? 1 : -1;
        return row with
        {
            Orders = row.Orders + sign,
            Quantity = checked(row.Quantity + sign * quantity),
            Gross = checked(row.Gross + sign * gross),
            Position = Math.Max(row.Position, envelope.Position), // a replay brings an older event
        };
    }

    public override SalesTableRow Read(NpgsqlDataReader reader) => new(
        new SalesKey(
            reader.GetString(0), reader.GetFieldValue<DateOnly>(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
            reader.GetInt32(5)),
        reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9));

    private static OrderPlaced? PlacedIn(DomainEvent @event) => @event switch
    {
        OrderPlaced placed => placed,
        OrderCancelled cancelled => cancelled.Placed,
        _ => null,
    };

    private static (long Quantity, long Gross) Sum(OrderPlaced placed, string sku)
    {
        var quantity = 0L;
        var gross = 0L;
        foreach (var line in placed.Lines)
        {
            if (sku != WholeOrders && line.Sku != sku)
                continue;
            quantity += line.Quantity;
            gross = checked(gross + checked(line.Quantity * line.UnitPrice));
        }
        return (quantity, gross);
    }
}
