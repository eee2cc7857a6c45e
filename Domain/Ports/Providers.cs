namespace OrleansOrders.Domain.Ports;

/// <summary>One request to the payment provider.</summary>
/// <param name="IdempotencyKey">The provider performs one key at most once, however often it is asked.</param>
/// <param name="OrderId">The merchant's reference.</param>
/// <param name="Amount">Minor units of <paramref name="Currency"/>.</param>
/// <param name="Method">One of <see cref="PaymentMethods"/>, or a token of a real provider.</param>
public sealed record ProviderRequest(
    string Tenant, string IdempotencyKey, string OrderId, long Amount, string Currency, string Method);

public abstract record ProviderReply
{
    private ProviderReply()
    {
    }

    public sealed record Succeeded(string Reference) : ProviderReply;

    /// <summary>A final no, by a stable code.</summary>
    public sealed record Refused(string Code) : ProviderReply;
}

/// <summary>
/// Where money moves. Every call may throw <see cref="TimeoutException"/>, which means that it may have happened:
/// <see cref="Find"/> tells. Any other exception means that it did not.
/// </summary>
public interface IPaymentProvider
{
    Task<ProviderReply> Authorize(ProviderRequest request, CancellationToken cancellation);

    /// <param name="authorization">The reference that <see cref="Authorize"/> gave.</param>
    Task<ProviderReply> Capture(ProviderRequest request, string authorization, CancellationToken cancellation);

    /// <summary>Gives up an authorization by its own key; one that arrives later under that key is refused.</summary>
    /// <param name="authorizationKey">The idempotency key of the authorization.</param>
    Task<ProviderReply> Void(ProviderRequest request, string authorizationKey, CancellationToken cancellation);

    /// <param name="capture">The reference that <see cref="Capture"/> gave.</param>
    Task<ProviderReply> Refund(ProviderRequest request, string capture, CancellationToken cancellation);

    /// <summary>What became of the key; null when the provider never performed it.</summary>
    Task<ProviderReply?> Find(string tenant, string idempotencyKey, CancellationToken cancellation);
}

/// <summary>What the provider says it did with an order's money: for reconciliation.</summary>
/// <param name="Operation"><c>authorize, capture, void, refund</c>.</param>
public sealed record LedgerEntry(
    string Tenant, string IdempotencyKey, string OrderId, string Operation, long Amount, string Currency, bool Succeeded);

/// <summary>The provider's own books.</summary>
public interface IPaymentLedger
{
    IAsyncEnumerable<LedgerEntry> ReadAll(CancellationToken cancellation);
}

/// <summary>Books and cancels transport; both are idempotent by order id.</summary>
public interface ICarrier
{
    /// <returns>The carrier's booking reference.</returns>
    Task<string> Book(string tenant, string orderId, CancellationToken cancellation);

    Task Cancel(string tenant, string orderId, CancellationToken cancellation);
}

/// <summary>One message to a customer. Everything but the ids is personal data or may hold some.</summary>
/// <param name="EventId">Of the event that it tells of; the same message has the same id, however often it is tried.</param>
/// <param name="Kind"><c>placed, shipped, delivered, cancelled, refunded</c>.</param>
/// <param name="Text">Plain text, lines separated by a newline.</param>
public sealed record CustomerMessage(
    string Tenant, Guid EventId, string OrderId, string Kind, string CustomerId, string Email, string Subject, string Text);

/// <summary>
/// Tells a customer. Whoever calls makes sure that an event is told once; a call whose outcome is unknown comes again with
/// the same event id, so that the other side can know it.
/// </summary>
public interface INotifier
{
    /// <exception cref="MessageRefusedException">This message will never be taken; a repetition does not help.</exception>
    Task Notify(CustomerMessage message, CancellationToken cancellation);
}

/// <summary>The message or its recipient was refused for good. The reason names nobody.</summary>
public sealed class MessageRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>The methods that the simulated payment provider obeys.</summary>
public static class PaymentMethods
{
    public const string Ok = "pm_ok";
    public const string Declined = "pm_declined";
    public const string TimeoutThenOk = "pm_timeout_then_ok";
    public const string TimeoutThenDeclined = "pm_timeout_then_declined";
    public const string CaptureFails = "pm_capture_fails";
    public const string RefundFails = "pm_refund_fails";
    public const string Slow = "pm_slow";

    public static IReadOnlyList<string> All { get; } =
        [Ok, Declined, TimeoutThenOk, TimeoutThenDeclined, CaptureFails, RefundFails, Slow];
}
