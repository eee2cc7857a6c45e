using System.Net;
using OrleansOrders.Domain;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Kafka;

namespace OrleansOrders.Silo;

/// <summary>What a silo is started with.</summary>
/// <param name="Database">The database that holds the log; it is never migrated from here.</param>
public sealed record SiloSettings(DatabaseLogins Database)
{
    /// <param name="connectionString">Of the database that holds the log.</param>
    public SiloSettings(string connectionString)
        : this(new DatabaseLogins(connectionString))
    {
    }

    /// <summary>Silos of one cluster find each other under this id.</summary>
    public string Cluster { get; init; } = ClusterNames.Cluster;

    /// <summary>Reminders belong to a service; it outlives clusters.</summary>
    public string Service { get; init; } = ClusterNames.Service;

    /// <summary>Where the other silos and the gateways reach this one. Loopback keeps everything on this machine.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>For other silos; 0 takes any free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>For Orleans clients; 0 takes any free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>For health; 0 takes any free one.</summary>
    public int HttpPort { get; init; }

    /// <summary>For the dashboard; 0 takes any free one.</summary>
    public int DashboardPort { get; init; }

    /// <summary>Without one the dashboard is not opened.</summary>
    public string? DashboardPassword { get; init; }

    /// <summary>Without it nothing is published, and the read models are kept from the log.</summary>
    public KafkaOptions? Kafka { get; init; }

    /// <summary>Above which amounts a refund needs a second person; the same in all silos. Null: never.</summary>
    public RefundLimits? RefundLimits { get; init; }

    /// <summary>Limits of the webhooks that this silo sends its share of.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>Without it, silos and their clients speak in the clear, and take whoever comes.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>What health and dashboard listen on.</summary>
    public IPAddress ListenAddress => IPAddress.IsLoopback(Address) ? IPAddress.Loopback : IPAddress.Any;

    /// <summary>
    /// Wraps the keys that personal texts are sealed under. Without it, the one in <see cref="MasterKeyFile"/>; without either
    /// (the default, for tests) nothing is sealed.
    /// </summary>
    public MasterKey? MasterKey { get; init; }

    /// <summary>See <see cref="MasterKeySetting"/>.</summary>
    public string? MasterKeyFile { get; init; }
}
