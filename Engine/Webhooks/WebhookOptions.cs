using System.Net;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>Limits of the webhooks.</summary>
public sealed record WebhookOptions
{
    /// <summary>
    /// Whether private, loopback and other addresses that are not public may be connected to. Default false: whoever may make
    /// a subscription could reach what this machine reaches.
    /// </summary>
    public bool AllowsPrivateAddresses { get; init; }

    /// <summary>How long an attempt may take, from the first byte out to the last one in. Default 15 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Requests under way to one subscription. Default 8; 1 while its last attempt failed.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Requests under way in this process. Default 256.</summary>
    public int TotalConcurrency { get; init; } = 256;

    /// <summary>Deliveries of one subscription that may be open before the log is read no further for it. Default 10,000.</summary>
    public int Window { get; init; } = 10_000;

    /// <summary>After the first attempt, how long a delivery is tried. Default 3 days.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a subscription may fail without anything arriving before it is disabled. Default 5 days.</summary>
    public TimeSpan DisableAfter { get; init; } = TimeSpan.FromDays(5);

    /// <summary>How long deliveries are kept that arrived. Default 3 days.</summary>
    public TimeSpan KeepDelivered { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long deliveries are kept that were given up, and idempotency keys. Default 30 days.</summary>
    public TimeSpan KeepFailed { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long a lease on a lane lasts. Default 5 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Finds a name's addresses. Default: the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Called after an answer came and before it is written down, for tests that crash there. Null by default.</summary>
    public Action<Guid>? Answered { get; init; }
}
