namespace OrleansOrders.Domain.Ports;

/// <summary>A subscription to a tenant's events.</summary>
/// <param name="EventTypes">Stored names without their version, <c>order-placed</c>; empty for all.</param>
/// <param name="DisabledReason"><c>asked</c>, <c>gone</c> (the receiver said so) or <c>failing</c>; null while it is enabled.</param>
/// <param name="Position">What is sent was planned up to here in the log.</param>
/// <param name="FailingSince">When the first attempt failed after which nothing arrived; null when all is well.</param>
/// <param name="Pending">Deliveries that are not over; counted up to 10,000.</param>
/// <param name="Failed">Deliveries that were given up; counted up to 10,000.</param>
/// <param name="PreviousSecretUntil">How long the secret before the newest one signs too; null when it does not.</param>
public sealed record WebhookView(
    Guid Id, string Url, IReadOnlyList<string> EventTypes, string? Description, bool Enabled, string? DisabledReason, DateTimeOffset CreatedAt,
    long Position, DateTimeOffset? FailingSince, long Pending, long Failed, DateTimeOffset? PreviousSecretUntil)
{
    /// <summary>What the signatures are made with. Only where it was just made.</summary>
    public string? Secret { get; init; }
}

/// <summary>One event on its way to one subscription.</summary>
/// <param name="EventId">The receiver's idempotency key.</param>
/// <param name="Type">The event's stored name, or <c>webhook.ping</c>.</param>
/// <param name="OrderId">The order that the event is about; null for stock, customers and pings.</param>
/// <param name="Position">The event's, in the log.</param>
/// <param name="Status"><c>pending</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="DueAt">When the next attempt is made at the earliest; null when it is over.</param>
/// <param name="StatusCode">Of the last attempt; null when there was no answer.</param>
/// <param name="Error">What was wrong with the last attempt, in a word.</param>
public sealed record WebhookDelivery(
    Guid Id, Guid WebhookId, Guid EventId, string Type, string? OrderId, long Position, string Status, int Attempts, DateTimeOffset CreatedAt,
    DateTimeOffset? DueAt, DateTimeOffset? EndedAt, int? StatusCode, string? Error);

/// <summary>One try.</summary>
/// <param name="Error">What was wrong, in a word; null when it arrived.</param>
/// <param name="Reply">The first bytes of the answer, as text.</param>
public sealed record WebhookAttempt(int Number, DateTimeOffset At, long Milliseconds, int? StatusCode, string? Error, string? Reply);

/// <summary>What may be changed of a subscription; null leaves it as it is.</summary>
/// <param name="FromNow">Leaves out what was committed while it was disabled.</param>
public sealed record WebhookChange(string? Url, IReadOnlyList<string>? EventTypes, string? Description, bool? Enabled, bool FromNow);

/// <summary>The idempotency key of what is asked for: the same one with another request is refused.</summary>
public sealed record WebhookCommand(Guid Id, byte[] Fingerprint);

public enum WebhookAnswer
{
    Done,
    NotFound,
    KeyReused,
    TooMany,
    Disabled,
}

/// <param name="IsReplayed">It was done before, under the same key.</param>
public sealed record WebhookOutcome<T>(WebhookAnswer Answer, T? Value, bool IsReplayed);

/// <summary>Subscriptions by HTTP and what becomes of what is sent to them. Each method sees one tenant's only.</summary>
/// <remarks>Every method throws <see cref="UnavailableException"/> when the database does not answer.</remarks>
public interface IWebhooks
{
    Task<IReadOnlyList<WebhookView>> List(string tenant, CancellationToken cancellation);

    Task<WebhookView?> Find(string tenant, Guid id, CancellationToken cancellation);

    /// <summary>Makes one that begins at the log's end; its id is the command's.</summary>
    Task<WebhookOutcome<WebhookView>> Create(
        string tenant, string url, IReadOnlyList<string> eventTypes, string? description, bool enabled, WebhookCommand command,
        CancellationToken cancellation);

    Task<WebhookView?> Change(string tenant, Guid id, WebhookChange change, CancellationToken cancellation);

    /// <returns>False when there is none.</returns>
    Task<bool> Remove(string tenant, Guid id, CancellationToken cancellation);

    /// <summary>Makes a new secret; the one before it signs too for <paramref name="grace"/>.</summary>
    Task<WebhookOutcome<WebhookView>> Rotate(
        string tenant, Guid id, TimeSpan grace, WebhookCommand command, CancellationToken cancellation);

    /// <summary>Sends something that is no event.</summary>
    Task<WebhookOutcome<WebhookDelivery>> Ping(string tenant, Guid id, WebhookCommand command, CancellationToken cancellation);

    /// <summary>What was sent or is to be, newest in the log first; null when there is no such subscription.</summary>
    /// <param name="status">One of the statuses, or null for all.</param>
    /// <exception cref="BadCursorException">The cursor is not one of ours.</exception>
    Task<Page<WebhookDelivery>?> ListDeliveries(
        string tenant, Guid id, string? status, string? cursor, int limit, CancellationToken cancellation);

    Task<(WebhookDelivery Delivery, IReadOnlyList<WebhookAttempt> Attempts)?> FindDelivery(
        string tenant, Guid id, Guid deliveryId, CancellationToken cancellation);

    /// <summary>Sends it again, whatever became of it.</summary>
    Task<WebhookOutcome<WebhookDelivery>> Resend(
        string tenant, Guid id, Guid deliveryId, WebhookCommand command, CancellationToken cancellation);

    /// <summary>Sends again what failed and was made at <paramref name="since"/> or later, up to 10,000 at a time.</summary>
    /// <returns>How many.</returns>
    Task<WebhookOutcome<long>> ResendFailed(
        string tenant, Guid id, DateTimeOffset since, WebhookCommand command, CancellationToken cancellation);
}
