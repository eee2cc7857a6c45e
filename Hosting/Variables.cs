namespace OrleansOrders.Hosting;

/// <summary>Every variable of the environment that a program of this product reads. One that is not here does nothing.</summary>
public static class Variables
{
    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "ORDERS_";

    // Those of the tests and of `bench` are not a user's, and no misspelling of anything either.
    private static readonly string[] Others = ["ORDERS_TEST_", "ORDERS_UPDATE_", "ORDERS_BENCH_"];

    /// <summary>Each may also be given as NAME_FILE, the file that holds it. See <see cref="Secret"/>.</summary>
    public static IReadOnlyList<string> Secrets { get; } =
    [
        "ORDERS_POSTGRES", "ORDERS_POSTGRES_WRITER", "ORDERS_POSTGRES_PROJECTOR", "ORDERS_POSTGRES_PUBLISHER", "ORDERS_POSTGRES_READER",
        "ORDERS_KEY", "ORDERS_DASHBOARD_PASSWORD", "ORDERS_SMTP_PASSWORD", "ORDERS_KAFKA_SASL_PASSWORD", "ORDERS_KAFKA_SSL_KEY_PASSWORD",
    ];

    public static IReadOnlyList<string> Plain { get; } =
    [
        "ORDERS_ADDRESS", "ORDERS_CACHE", "ORDERS_CLUSTER", "ORDERS_CLUSTER_TLS_AUTHORITY", "ORDERS_CLUSTER_TLS_CERTIFICATE",
        "ORDERS_CLUSTER_TLS_KEY", "ORDERS_CONCURRENT_REQUESTS", "ORDERS_DASHBOARD_PORT", "ORDERS_DATA", "ORDERS_DEBUG", "ORDERS_ENVIRONMENT",
        "ORDERS_GATEWAY_PORT", "ORDERS_HTTP_PORT", "ORDERS_JWT_AUDIENCE", "ORDERS_JWT_ISSUER", "ORDERS_JWT_KEYS", "ORDERS_JWT_SCOPE_CLAIM",
        "ORDERS_JWT_TENANT_CLAIM", "ORDERS_KAFKA", "ORDERS_KAFKA_SETTINGS", "ORDERS_KEYS_FILE", "ORDERS_LOG_FORMAT", "ORDERS_LOG_LEVEL",
        "ORDERS_MASTER_KEY_FILE", "ORDERS_PORT", "ORDERS_POSTGRES_BIN", "ORDERS_RATE_PER_KEY", "ORDERS_RATE_PER_TENANT", "ORDERS_REFUND_LIMITS", "ORDERS_SERVICE",
        "ORDERS_SILO_PORT", "ORDERS_SMTP_FROM", "ORDERS_SMTP_HOST", "ORDERS_SMTP_PORT", "ORDERS_SMTP_TLS", "ORDERS_SMTP_USER", "ORDERS_URLS",
        "ORDERS_WEBHOOKS_PRIVATE_ADDRESSES",
    ];

    public static bool IsKnown(string name) =>
        Plain.Contains(name, StringComparer.Ordinal) || Secrets.Contains(name, StringComparer.Ordinal)
        || (name.EndsWith(Secret.FileEnding, StringComparison.Ordinal)
            && Secrets.Contains(name[..^Secret.FileEnding.Length], StringComparer.Ordinal))
        || Others.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
