using System.Collections.Frozen;

namespace OrleansOrders.Domain;

/// <summary>
/// Which texts of the stored events are about a person. This is the one place that says it: a test fails when an event has a
/// text that is in neither list, so that the author of a new one must decide. What is personal is never stored readable.
/// </summary>
/// <remarks>
/// Personal is what tells who somebody is or where to find them, and every sentence that people write freely, because they
/// write names into them. Not personal are ids that the shop chose, codes of this program, what was bought, and the country
/// of an order: it is one of millions, and reports need it after the customer has gone.
/// </remarks>
public static class EventTexts
{
    /// <summary>What an erased text reads as.</summary>
    public const string Erased = "[erased]";

    /// <summary>Names of fields whose texts are nobody's, whichever event they are in.</summary>
    public static IReadOnlySet<string> Impersonal { get; } = new[]
    {
        "action", "authorizationId", "captureId", "carrier", "code", "currency", "customerId", "description", "method", "operation",
        "orderId", "owner", "paymentMethod", "reference", "refundId", "sku", "tracking", "trackingNumber",
        "by", // an operator or a component, never the customer
        "detail", // this program's or a provider's own sentence
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Texts of single events that are nobody's although their name is not in <see cref="Impersonal"/>: event and path.</summary>
    public static IReadOnlySet<(string StoredName, string Path)> ImpersonalHere { get; } = new[]
    {
        ("order-created.v1", "country"),
        ("order-placed.v1", "country"),
        ("order-cancelled.v1", "placed.country"),
        ("stock-adjusted.v1", "reason"), // about goods
        ("fulfilment-parked.v1", "reason"), // a code of the saga's
    }.ToFrozenSet();

    /// <summary>The personal texts: event and path. <see cref="Change"/> has an arm for each, which a test compares with this.</summary>
    public static IReadOnlySet<(string StoredName, string Path)> Personal { get; } = new[]
    {
        ("order-created.v1", "shippingAddress"),
        ("order-cancelled.v1", "reason"),
        ("order-item-returned.v1", "reason"),
        ("payment-refund-proposed.v1", "reason"),
        ("payment-refund-rejected.v1", "reason"),
        ("payment-refund-requested.v1", "reason"),
        ("shipment-cancelled.v1", "reason"),
        ("customer-registered.v1", "details.name"),
        ("customer-registered.v1", "details.email"),
        ("customer-registered.v1", "details.phone"),
        ("customer-registered.v1", "details.address"),
        ("customer-registered.v1", "details.country"),
        ("customer-details-changed.v1", "details.name"),
        ("customer-details-changed.v1", "details.email"),
        ("customer-details-changed.v1", "details.phone"),
        ("customer-details-changed.v1", "details.address"),
        ("customer-details-changed.v1", "details.country"),
        ("fulfilment-compensation-started.v1", "reason"),
        ("fulfilment-resumed.v1", "reason"),
    }.ToFrozenSet();

    /// <summary>Whether the event has a personal text now.</summary>
    public static bool HasPersonal(DomainEvent @event) => @event switch
    {
        OrderCreated e => e.ShippingAddress is not null,
        OrderCancelled or ItemReturned or RefundProposed or RefundRejected or RefundRequested or ShipmentCancelled
            or CustomerRegistered or CustomerDetailsChanged or CompensationStarted or FulfilmentResumed => true,
        _ => false,
    };

    /// <summary>The event with every personal text changed. The event itself when it has none.</summary>
    public static DomainEvent Change(DomainEvent @event, Func<string, string> change) => @event switch
    {
        OrderCreated { ShippingAddress: { } address } e => e with { ShippingAddress = change(address) },
        OrderCancelled e => e with { Reason = change(e.Reason) },
        ItemReturned e => e with { Reason = change(e.Reason) },
        RefundProposed e => e with { Reason = change(e.Reason) },
        RefundRejected e => e with { Reason = change(e.Reason) },
        RefundRequested e => e with { Reason = change(e.Reason) },
        ShipmentCancelled e => e with { Reason = change(e.Reason) },
        CustomerRegistered e => e with { Details = Change(e.Details, change) },
        CustomerDetailsChanged e => e with { Details = Change(e.Details, change) },
        CompensationStarted e => e with { Reason = change(e.Reason) },
        FulfilmentResumed e => e with { Reason = change(e.Reason) },
        _ => @event,
    };

    internal static CustomerDetails Change(CustomerDetails details, Func<string, string> change) => new(
        change(details.Name), ChangeIfAny(details.Email, change), ChangeIfAny(details.Phone, change),
        ChangeIfAny(details.Address, change), ChangeIfAny(details.Country, change));

    internal static string? ChangeIfAny(string? text, Func<string, string> change) => text is null ? null : change(text);
}
