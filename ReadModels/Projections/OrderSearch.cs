using System.Collections.Immutable;
using System.Text;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Projections;

/// <param name="Lines">The lines that the searched text is made of; default when the text is as in the table.</param>
public sealed record OrderSearchRow(OrderDigest Digest, ImmutableArray<OrderLine> Lines) : IProjectionRow<OrderKey>
{
    public OrderKey Key => Digest.Key;

    public long Position => Digest.Position;

    /// <summary>The searched text; null when it is as in the table.</summary>
    public string? Document => Lines.IsDefault ? null : OrderSearch.DocumentOf(Digest, Lines);
}

/// <summary>Orders by the words in them: ids, customer, SKUs and descriptions.</summary>
public sealed class OrderSearch : Projection<OrderKey, OrderSearchRow>
{
    /// <summary>
    /// Characters of an order that are searched. PostgreSQL refuses a text vector above 1 MiB, and one order must not be
    /// able to stop the projection. SKUs come before descriptions, so that every SKU of the longest order is in.
    /// </summary>
    public const int DocumentLength = 100_000;

    public static readonly OrderSearch Projection = new();

    private OrderSearch()
    {
    }

    public override string Name => "order_search";

    public override string StreamType => Order.StreamType;

    public override IReadOnlyList<Column<OrderKey>> KeyColumns => OrderKey.Columns;

    public override IReadOnlyList<Column<OrderSearchRow>> RowColumns { get; } =
    [
        .. OrderDigest.ColumnsOf<OrderSearchRow>(row => row.Digest),
        Column.Text<OrderSearchRow>("document", row => row.Document) with
        {
            KeptWhenNull = true,
            Derived = new DerivedColumn("words", "to_tsvector('simple', document)"),
        },
    ];

    public override string IdOf(OrderKey key) => key.OrderId;

    public override IReadOnlyList<OrderKey> KeysOf(EventEnvelope envelope) => [new(envelope.Tenant, envelope.Id)];

    public override OrderSearchRow? Apply(OrderKey key, OrderSearchRow? row, EventEnvelope envelope)
    {
        if (!RowVersion.IsNext(row?.Digest.Version ?? 0, envelope))
            return row;
        var digest = OrderDigest.Apply(key, row?.Digest, envelope);
        return envelope.Event is OrderCreated or ItemAdded or ItemRemoved
            ? new OrderSearchRow(digest, digest.DraftLines)
            : row! with { Digest = digest };
    }

    public override OrderSearchRow Read(NpgsqlDataReader reader) => new(OrderDigest.Read(reader), default);

    public override OrderSearchRow Written(OrderSearchRow row) => row with { Lines = default };

    public override int BytesOf(OrderSearchRow row) => 400 + 150 * row.Digest.DraftLines.Length;

    internal static string DocumentOf(OrderDigest digest, ImmutableArray<OrderLine> lines)
    {
        var document = new StringBuilder(digest.Key.OrderId).Append('\n').Append(digest.CustomerId);
        foreach (var line in lines)
            document.Append('\n').Append(line.Sku);
        foreach (var line in lines)
        {
            if (document.Length >= DocumentLength)
                break;
            if (line.Description is { Length: > 0 } description)
                document.Append('\n').Append(description);
        }
        if (document.Length > DocumentLength)
            document.Length = char.IsHighSurrogate(document[DocumentLength - 1]) ? DocumentLength - 1 : DocumentLength;
        return document.ToString();
    }
}
