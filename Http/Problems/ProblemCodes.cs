namespace OrleansOrders.Http;

/// <summary>The codes of every answer that HTTP itself refuses; those of the rules are <see cref="Domain.Refusals"/>.</summary>
public static class ProblemCodes
{
    public const string InvalidRequest = "invalid-request";
    public const string MalformedJson = "malformed-json";
    public const string BodyRequired = "body-required";
    public const string BodyTooLarge = "body-too-large";
    public const string UnsupportedMediaType = "unsupported-media-type";
    public const string CardNumber = "card-number";
    public const string IdempotencyKeyRequired = "idempotency-key-required";
    public const string IdempotencyKeyReused = "idempotency-key-reused";
    public const string IdempotencyKeyInUse = "idempotency-key-in-use";
    public const string VersionMismatch = "version-mismatch";
    public const string VersionNotFound = "version-not-found";
    public const string ProjectionBehind = "projection-behind";
    public const string ProjectionNotFound = "projection-not-found";
    public const string RebuildRunning = "rebuild-running";
    public const string DeadLetterNotFound = "dead-letter-not-found";
    public const string DeadLetterClosed = "dead-letter-closed";
    public const string EventNotDamaged = "event-not-damaged";
    public const string EventUnreadable = "event-unreadable";
    public const string WebhookNotFound = "webhook-not-found";
    public const string WebhookDisabled = "webhook-disabled";
    public const string WebhooksUnavailable = "webhooks-unavailable";
    public const string DeliveryNotFound = "delivery-not-found";
    public const string TooManyWebhooks = "too-many-webhooks";
    public const string StockNotFound = "stock-not-found";
    public const string Unauthenticated = "unauthenticated";
    public const string CredentialMalformed = "credential-malformed";
    public const string CredentialUnknown = "credential-unknown";
    public const string CredentialExpired = "credential-expired";
    public const string CredentialNotYetValid = "credential-not-yet-valid";
    public const string ScopeMissing = "scope-missing";
    public const string HostNotAllowed = "host-not-allowed";
    public const string RouteNotFound = "route-not-found";
    public const string MethodNotAllowed = "method-not-allowed";
    public const string BadRequest = "bad-request";
    public const string RequestLineTooLong = "request-line-too-long";
    public const string HeadersTooLarge = "headers-too-large";
    public const string RequestTimeout = "request-timeout";
    public const string RateLimited = "rate-limited";
    public const string Overloaded = "overloaded";
    public const string Unavailable = "unavailable";
    public const string OutcomeUnknown = "outcome-unknown";
    public const string NotReady = "not-ready";
    public const string Internal = "internal";
}
