using System.Security.Cryptography;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>What a host decides about the API.</summary>
public sealed record ApiOptions
{
    /// <summary>
    /// Who may call. Empty (the default) treats every caller as tenant <c>default</c> with all scopes; such a host must
    /// listen on loopback only, and the API answers only requests that are addressed to a loopback name.
    /// </summary>
    public KeyRing Keys { get; init; } = new();

    /// <summary>Bearer tokens that are taken besides keys. Null (the default): none.</summary>
    public TokenRules? Tokens { get; init; }

    /// <summary>How much callers may ask for. Default: as much as they like.</summary>
    public CallLimits Limits { get; init; } = CallLimits.None;

    /// <summary>Which edition this is: <c>standalone</c>, the default, or <c>cluster</c>.</summary>
    public string Edition { get; init; } = "standalone";

    /// <summary>What the operations page calls this installation. Null, the default: nothing.</summary>
    public string? Environment { get; init; }

    /// <summary>How many silos are connected; must answer at once. Null, the default: there are none to speak of.</summary>
    public Func<int?> Silos { get; init; } = () => null;

    /// <summary>How long a query with <c>min-position</c> waits for its projection. 0 to 30 seconds, default 2.</summary>
    public TimeSpan ProjectionWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// After this a command is given up and its outcome called unknown. Default 20 seconds. A caller that hangs up does
    /// not stop its command: it would only turn a known outcome into an unknown one.
    /// </summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How often a live stream says that it is still there, and looks whether its caller still may. Default 15 seconds.
    /// </summary>
    public TimeSpan LiveBeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one write to a live stream may take; whoever reads more slowly is cut off. Default 10 seconds.</summary>
    public TimeSpan LiveWriteTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What else stands in the way of work, one sentence, or null. Asked by <c>/health/ready</c>; must answer at once.
    /// Default: nothing.
    /// </summary>
    public Func<string?> Obstacle { get; init; } = () => null;

    /// <summary>What <c>/metrics</c> answers, in Prometheus' text format. Null (the default) where nothing is measured.</summary>
    public Func<ReadOnlyMemory<byte>>? Metrics { get; init; }

    /// <summary>Opens what is sealed in a reply. Null (the default) where nothing is.</summary>
    public IPersonalTexts? Personal { get; init; }

    /// <summary>Proves erasures. Null (the default) where nothing is sealed: there are no receipts then.</summary>
    public IErasures? Erasures { get; init; }

    /// <summary>Subscriptions by HTTP. Null (the default) where there is no master key for their secrets: there are none then.</summary>
    public IWebhooks? Webhooks { get; init; }

    /// <summary>Ids for commands that come without an idempotency key. Default: 128 random bits.</summary>
    public Func<Guid> NewId { get; init; } = () => new Guid(RandomNumberGenerator.GetBytes(16));
}
