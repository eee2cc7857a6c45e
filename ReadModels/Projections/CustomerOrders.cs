using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Projections;

public sealed record CustomerOrdersRow(OrderDigest Digest) : IProjectionRow<OrderKey>
{
    public OrderKey Key => Digest.Key;

    public long Position => Digest.Position;
}

/// <summary>Orders as lists show them: by customer, by status, or all, newest first.</summary>
public sealed class CustomerOrders : Projection<OrderKey, CustomerOrdersRow>
{
    public static readonly CustomerOrders Projection = new();

    private CustomerOrders()
    {
    }

    public override string Name => "customer_orders";

    public override string StreamType => Order.StreamType;

    public override IReadOnlyList<Column<OrderKey>> KeyColumns => OrderKey.Columns;

    public override IReadOnlyList<Column<CustomerOrdersRow>> RowColumns { get; } =
        OrderDigest.ColumnsOf<CustomerOrdersRow>(row => row.Digest);

    public override string IdOf(OrderKey key) => key.OrderId;

    public override IReadOnlyList<OrderKey> KeysOf(EventEnvelope envelope) => [new(envelope.Tenant, envelope.Id)];

    public override CustomerOrdersRow? Apply(OrderKey key, CustomerOrdersRow? row, EventEnvelope envelope) =>
        RowVersion.IsNext(row?.Digest.Version ?? 0, envelope)
            ? new CustomerOrdersRow(OrderDigest.Apply(key, row?.Digest, envelope))
            : row;

    public override CustomerOrdersRow Read(NpgsqlDataReader reader) => new(OrderDigest.Read(reader));

    public override int BytesOf(CustomerOrdersRow row) => 400 + 150 * row.Digest.DraftLines.Length;
}
