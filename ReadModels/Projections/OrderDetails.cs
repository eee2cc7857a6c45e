using System.Text.Json;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Projections;

public sealed record OrderDetailsRow(OrderKey Key, OrderState.Existing State, long Version, long Position) : IProjectionRow<OrderKey>
{
    public OrderView View => OrderView.From(State, Version, Position);
}

/// <summary>One order as GET shows it. The fold is the aggregate's own, so that the view cannot drift from the rules.</summary>
public sealed class OrderDetails : Projection<OrderKey, OrderDetailsRow>
{
    public static readonly OrderDetails Projection = new();

    private OrderDetails()
    {
    }

    public override string Name => "order_details";

    public override string StreamType => Order.StreamType;

    public override IReadOnlyList<Column<OrderKey>> KeyColumns => OrderKey.Columns;

    public override IReadOnlyList<Column<OrderDetailsRow>> RowColumns { get; } =
    [
        Column.Json<OrderDetailsRow>("document", row => JsonSerializer.Serialize(row.View, ReadModelsJson.Default.OrderView)),
        Column.Long<OrderDetailsRow>("version", row => row.Version),
        Column.Long<OrderDetailsRow>("position", row => row.Position),
    ];

    public override string IdOf(OrderKey key) => key.OrderId;

    public override IReadOnlyList<OrderKey> KeysOf(EventEnvelope envelope) => [new(envelope.Tenant, envelope.Id)];

    public override OrderDetailsRow? Apply(OrderKey key, OrderDetailsRow? row, EventEnvelope envelope)
    {
        if (!RowVersion.IsNext(row?.Version ?? 0, envelope))
            return row;
        var state = (OrderState.Existing)Order.Evolve(row?.State ?? Order.Initial, envelope.Event);
        return new OrderDetailsRow(key, state, envelope.Version, envelope.Position);
    }

    public override OrderDetailsRow Read(NpgsqlDataReader reader)
    {
        var view = ReadView(reader.GetString(2));
        return new OrderDetailsRow(OrderKey.Read(reader), StateOf(view), view.Version, view.Position);
    }

    public override int BytesOf(OrderDetailsRow row) => 700 + 200 * row.State.Facts.Lines.Length;

    internal static OrderView ReadView(string document) => JsonSerializer.Deserialize(document, ReadModelsJson.Default.OrderView)!;

    /// <summary>The view holds all that the state does, so the fold can go on from it.</summary>
    private static OrderState.Existing StateOf(OrderView view)
    {
        var facts = new OrderFacts(
            view.Id, view.CustomerId, view.Currency, view.PaymentMethod, view.ShippingAddress, view.Country,
            [.. view.Lines.Select(line => new OrderLine(line.Sku, line.Quantity, line.UnitPrice, line.Description, line.Returned))],
            view.CreatedAt)
        {
            PlacedAt = view.PlacedAt,
            ConfirmedAt = view.ConfirmedAt,
            ShippedAt = view.ShippedAt,
            DeliveredAt = view.DeliveredAt,
            CancelledAt = view.CancelledAt,
            CancelReason = view.CancelReason,
            Carrier = view.Carrier,
            TrackingNumber = view.TrackingNumber,
        };
        return view.Status switch
        {
            "draft" => new OrderState.Draft(facts),
            "placed" => new OrderState.Placed(facts),
            "confirmed" => new OrderState.Confirmed(facts),
            "shipped" => new OrderState.Shipped(facts),
            "delivered" => new OrderState.Delivered(facts),
            "cancelled" => new OrderState.Cancelled(facts),
            _ => throw new InvalidOperationException($"{view.Status} is not an order's status."),
        };
    }
}
