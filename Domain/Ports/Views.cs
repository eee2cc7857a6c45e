using System.Collections.Immutable;

namespace OrleansOrders.Domain.Ports;

public sealed record OrderLineView(string Sku, long Quantity, long UnitPrice, string? Description, long Returned);

/// <summary>An order as people see it. Amounts in minor units of <paramref name="Currency"/>.</summary>
/// <param name="Status"><c>draft, placed, confirmed, shipped, delivered, cancelled</c>.</param>
/// <param name="Version">Of the order's stream; the ETag.</param>
/// <param name="Position">Of that version in the log; usable as <c>min-position</c>.</param>
public sealed record OrderView(
    string Id, string CustomerId, string Status, string Currency, long Total, ImmutableArray<OrderLineView> Lines, string? Country,
    string? ShippingAddress, string PaymentMethod, long Version, long Position, DateTimeOffset CreatedAt, DateTimeOffset? PlacedAt,
    DateTimeOffset? ConfirmedAt, DateTimeOffset? ShippedAt, DateTimeOffset? DeliveredAt, DateTimeOffset? CancelledAt,
    string? CancelReason, string? Carrier, string? TrackingNumber)
{
    public static OrderView From(OrderState.Existing state, long version, long position)
    {
        var facts = state.Facts;
        return new OrderView(
            facts.OrderId, facts.CustomerId, StatusOf(state), facts.Currency, facts.Total,
            [.. facts.Lines.Select(line => new OrderLineView(line.Sku, line.Quantity, line.UnitPrice, line.Description, line.Returned))],
            facts.Country, facts.ShippingAddress, facts.PaymentMethod, version, position, facts.CreatedAt, facts.PlacedAt,
            facts.ConfirmedAt, facts.ShippedAt, facts.DeliveredAt, facts.CancelledAt, facts.CancelReason, facts.Carrier,
            facts.TrackingNumber);
    }

    public static string StatusOf(OrderState.Existing state) => state switch
    {
        OrderState.Draft => "draft",
        OrderState.Placed => "placed",
        OrderState.Confirmed => "confirmed",
        OrderState.Shipped => "shipped",
        OrderState.Delivered => "delivered",
        _ => "cancelled",
    };
}

/// <summary>One row of a list of orders.</summary>
/// <param name="LineCount">Lines, not pieces.</param>
public sealed record OrderSummary(
    string Id, string CustomerId, string Status, string Currency, long Total, string? Country, int LineCount, long Version,
    long Position, DateTimeOffset CreatedAt, DateTimeOffset? PlacedAt);

/// <param name="By">Who asked for it; absent when the program itself gives money back.</param>
/// <param name="ApprovedBy">The second person, where one was needed and has approved.</param>
/// <param name="ExpiresAt">Until when a proposed one can be approved.</param>
public sealed record RefundView(
    string RefundId, long Amount, string Reason, RefundStatus Status, string? By = null, string? ApprovedBy = null, DateTimeOffset? ExpiresAt = null)
{
    public static RefundView From(Refund refund) => new(
        refund.RefundId, refund.Amount, refund.Reason, refund.Status, refund.By, refund.ApprovedBy,
        refund.Status == RefundStatus.Proposed ? refund.ExpiresAt : null);
}

/// <param name="Status"><c>requested, authorized, declined, captured, voided</c>.</param>
/// <param name="Unknown">The operation whose outcome the provider has not told yet.</param>
public sealed record PaymentView(
    string OrderId, string Status, long Amount, string Currency, string Method, long Captured, long Refunded,
    ImmutableArray<RefundView> Refunds, string? Unknown, string? Failure, long Version, long Position)
{
    /// <summary>Null when the payment was never requested.</summary>
    public static PaymentView? From(PaymentState state, long version, long position)
    {
        var facts = state switch
        {
            PaymentState.Existing existing => existing.Facts,
            PaymentState.Voided voided => voided.Facts,
            _ => null,
        };
        var status = state switch
        {
            PaymentState.Requested => "requested",
            PaymentState.Authorized => "authorized",
            PaymentState.Declined => "declined",
            PaymentState.Captured => "captured",
            _ => "voided",
        };
        return facts is null ? null : new PaymentView(
            facts.OrderId, status, facts.Amount, facts.Currency, facts.Method, facts.Captured, facts.Refunded,
            [.. facts.Refunds.Select(RefundView.From)],
            facts.Unknown, facts.Failure, version, position);
    }
}

/// <summary>Pieces of one SKU; available + reserved + shipped = received + adjusted.</summary>
public sealed record StockView(
    string Sku, long Available, long Reserved, long Shipped, long Received, long Adjusted, long Version, long Position)
{
    public static StockView From(string sku, StockState state, long version, long position) => new(
        sku, state.Available, state.Reserved, state.Shipped, state.Received, state.Adjusted, version, position);
}

/// <summary>A message to an order's customer.</summary>
/// <param name="EventId">The event that it tells of.</param>
/// <param name="Kind"><c>placed, shipped, delivered, cancelled, refunded</c>.</param>
/// <param name="State"><c>claimed</c> while it is being sent, <c>sent</c>, or <c>not-sendable</c>, see <paramref name="Reason"/>.</param>
public sealed record NotificationView(
    Guid EventId, string Kind, string State, string? Reason, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? SentAt);

/// <param name="Status"><c>running, compensating, parked, completed, compensated</c>.</param>
/// <param name="Step">The step or compensation step that it is at, or null when it has ended.</param>
/// <param name="Attempts">Attempts of that step so far.</param>
/// <param name="WakeAt">When it goes on by itself: the next attempt or the deadline.</param>
/// <param name="Reason">Why it compensates or is parked.</param>
/// <param name="Owner">Who is expected to act on a parked one.</param>
public sealed record FulfilmentView(
    string OrderId, string CustomerId, string Status, string? Step, int Attempts, DateTimeOffset? WakeAt, string? Reason,
    string? Owner, long Version, long Position, DateTimeOffset StartedAt, DateTimeOffset UpdatedAt);

/// <param name="Status"><c>registered</c> or <c>erased</c>; details are null when erased.</param>
public sealed record CustomerView(
    string Id, string Status, string? Name, string? Email, string? Phone, string? Address, string? Country, long Version, long Position)
{
    /// <summary>Null when the customer was never registered.</summary>
    public static CustomerView? From(CustomerState state, long version, long position) => state switch
    {
        CustomerState.Registered(var id, var d) => new CustomerView(
            id, "registered", d.Name, d.Email, d.Phone, d.Address, d.Country, version, position),
        CustomerState.Erased(var id) => new CustomerView(id, "erased", null, null, null, null, null, version, position),
        _ => null,
    };
}
