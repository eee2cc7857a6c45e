using OrleansOrders.Domain;
using OrleansOrders.Engine.Personal;

namespace OrleansOrders.Engine;

/// <summary>Limits of the engine.</summary>
public sealed record EngineOptions
{
    /// <summary>Folded streams kept in memory, per aggregate type; the least recently used leave first. Default 16,384, at least 1.</summary>
    public int CachedStreams { get; init; } = 16_384;

    /// <summary>How often a command is decided again after another writer was faster. Default 5, at least 1.</summary>
    public int DecideAttempts { get; init; } = 5;

    /// <summary>Events between two snapshots of a stream. Default 100.</summary>
    public int SnapshotEvery { get; init; } = 100;

    /// <summary>Events read from a stream at a time. Default 1,000.</summary>
    public int ReadBatch { get; init; } = 1_000;

    /// <summary>Orders that the runner works on at the same time. Default 128.</summary>
    public int ConcurrentOrders { get; init; } = 128;

    /// <summary>How far the runner reads ahead of the oldest event that it has not finished. Default 20,000 events.</summary>
    public int ReactionWindow { get; init; } = 20_000;

    /// <summary>How often due retries and deadlines are looked up in the read model. Default 1 s.</summary>
    public TimeSpan DueScan { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the runner's position is written down; what came after is looked at again. Default 1 s.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the payment provider may take before its outcome counts as unknown. Default 10 s.</summary>
    public TimeSpan ProviderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Above which amounts a refund needs a second person. Null, the default: never.</summary>
    public RefundLimits? RefundLimits { get; init; }

    /// <summary>
    /// Seals what is personal in events before they are written. Null (the default) writes it as it is: for tests and
    /// simulations; every program has one.
    /// </summary>
    public PersonalTexts? Personal { get; init; }

    /// <summary>A text of an event or a state, which a new one is to repeat: each is sealed for itself.</summary>
    internal ValueTask<string> OpenText(string tenant, string text, CancellationToken cancellation) =>
        Personal?.Open(tenant, text, cancellation) ?? new(text);

    /// <summary>
    /// Called with the name of every boundary that a saga crosses, for tests that crash the process there; handed on to the
    /// store, which has boundaries of its own. Null by default.
    /// </summary>
    public Action<string>? Boundary { get; init; }
}
