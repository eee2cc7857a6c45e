using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Personal;

namespace OrleansOrders.Engine.Notifications;

/// <summary>Who is told what. One of the two is there, or neither when there is nothing to tell.</summary>
/// <param name="NotSendable">Why nobody can be told, as a stable word.</param>
internal readonly record struct Composed(CustomerMessage? Message, string? NotSendable);

/// <summary>Makes the message of an event: finds the customer and what is known of it now.</summary>
/// <param name="personal">Null where nothing is sealed.</param>
internal sealed class NotificationComposer(IAggregates aggregates, PersonalTexts? personal)
{
    public const string NoCustomer = "no-customer";
    public const string Erased = "customer-erased";
    public const string NoAddress = "no-address";
    public const string UnusableAddress = "unusable-address";

    // As long as RFC 5321 lets an address be.
    private const int LongestAddress = 254;

    public async Task<Composed> Compose(NotificationSubject subject, DomainEvent @event, CancellationToken cancellation)
    {
        if (@event is OrderCancelled { Placed: null })
            return default;
        if (await FindCustomerId(subject, @event, cancellation) is not { } customerId)
            return new Composed(null, NoCustomer);
        var customer = (await aggregates.Load<CustomerState>(subject.Tenant, customerId, PointInTime.Latest, cancellation)).State;
        if (personal is not null)
            customer = await personal.Open(subject.Tenant, customer, cancellation);
        return customer switch
        {
            CustomerState.Registered { Details.Email: EventTexts.Erased } => new Composed(null, Erased),
            CustomerState.Registered { Details: { Email: { Length: > 0 } email } details } => IsUsable(email)
                ? Write(subject, @event, customerId, details.Name, email)
                : new Composed(null, UnusableAddress),
            CustomerState.Registered => new Composed(null, NoAddress),
            CustomerState.Erased => new Composed(null, Erased),
            _ => new Composed(null, NoCustomer),
        };
    }

    private async Task<string?> FindCustomerId(NotificationSubject subject, DomainEvent @event, CancellationToken cancellation)
    {
        if ((@event as OrderPlaced ?? (@event as OrderCancelled)?.Placed) is { } placed)
            return placed.CustomerId;
        var order = (await aggregates.Load<OrderState>(subject.Tenant, subject.OrderId, PointInTime.Latest, cancellation)).State;
        return (order as OrderState.Existing)?.Facts.CustomerId;
    }

    private static Composed Write(NotificationSubject subject, DomainEvent @event, string customerId, string name, string email) =>
        NotificationText.Of(@event, subject.OrderId, name) is var (title, text)
            ? new Composed(
                new CustomerMessage(subject.Tenant, subject.EventId, subject.OrderId, subject.Kind, customerId, email, title, text), null)
            : default;

    // What mail servers take without extensions, and nothing that could end a line or an address early.
    private static bool IsUsable(string email)
    {
        var at = email.LastIndexOf('@');
        return email.Length <= LongestAddress && at > 0 && at < email.Length - 1
            && email.AsSpan(0, at).IndexOf('@') < 0
            && email.All(letter => char.IsAsciiLetterOrDigit(letter) || ".@!#$%&'*+-/=?^_`{|}~".Contains(letter, StringComparison.Ordinal));
    }
}
