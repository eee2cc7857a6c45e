using OrleansOrders.Engine.Personal;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

namespace OrleansOrders.Api;

/// <summary>What a gateway is started with.</summary>
/// <param name="Database">The database that holds the log; it is never migrated from here.</param>
public sealed record GatewaySettings(DatabaseLogins Database)
{
    /// <param name="connectionString">Of the database that holds the log.</param>
    public GatewaySettings(string connectionString)
        : this(new DatabaseLogins(connectionString))
    {
    }

    /// <summary>The cluster whose silos are called.</summary>
    public string Cluster { get; init; } = ClusterNames.Cluster;

    public string Service { get; init; } = ClusterNames.Service;

    /// <summary>As the silos have it.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>Its obstacle is replaced by the connection's.</summary>
    public WebServerOptions Web { get; init; } = new();

    /// <summary>
    /// Wraps the keys that personal texts are sealed under. Without it, the one in <see cref="MasterKeyFile"/>; without either
    /// (the default, for tests) nothing is sealed.
    /// </summary>
    public MasterKey? MasterKey { get; init; }

    /// <summary>See <see cref="MasterKeySetting"/>.</summary>
    public string? MasterKeyFile { get; init; }
}
