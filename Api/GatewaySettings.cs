using OrleansOrders.Hosting;

namespace OrleansOrders.Api;

/// <summary>What a gateway is started with.</summary>
/// <param name="ConnectionString">Of the database that holds the log; it is never migrated from here.</param>
public sealed record GatewaySettings(string ConnectionString)
{
    /// <summary>The cluster whose silos are called.</summary>
    public string Cluster { get; init; } = ClusterNames.Cluster;

    public string Service { get; init; } = ClusterNames.Service;

    /// <summary>Its obstacle is replaced by the connection's.</summary>
    public WebServerOptions Web { get; init; } = new();
}
