using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.Kafka;

namespace OrleansOrders.Grains;

/// <summary>What the grains of a silo are started with.</summary>
/// <param name="ConnectionString">Of a database with the tables of the event store and the engine.</param>
public sealed record OrdersSiloOptions(string ConnectionString)
{
    public EngineOptions Engine { get; init; } = new();

    /// <summary>A connection string of a user who may publish the log and little else. Null, the default: the same.</summary>
    public string? Publisher { get; init; }

    /// <summary>The tenants that are served. Empty (the default) serves any.</summary>
    public IReadOnlyCollection<string> Tenants { get; init; } = [];

    /// <summary>
    /// Where every event is published, and what the projection grains read. Null (the default): nothing is published, and
    /// something else must keep the read models, such as <see cref="ReadModels.ProjectionHost"/>.
    /// </summary>
    public KafkaOptions? Kafka { get; init; }

    /// <summary>What customers are told by, where there is Kafka. Null (the default) writes a line to the log.</summary>
    public INotifier? Notifier { get; init; }

    /// <summary>
    /// Limits of the webhooks that this silo sends its share of. Null sends none; so does an engine whose texts are not sealed,
    /// because their secrets need a master key.
    /// </summary>
    public WebhookOptions? Webhooks { get; init; } = new();

    /// <summary>How long the simulated provider takes over <c>pm_slow</c>. Default 2 s.</summary>
    public TimeSpan SlowPayment { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Whether this silo takes its share of the log and drives sagas. Default true; one silo at least must. It needs
    /// <see cref="Domain.Ports.IReadModels"/> among the silo's services.
    /// </summary>
    public bool ReadsFeed { get; init; } = true;
}
