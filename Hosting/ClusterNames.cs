namespace OrleansOrders.Hosting;

/// <summary>Names that a silo and its clients must agree on.</summary>
public static class ClusterNames
{
    /// <summary>Names the cluster in the environment.</summary>
    public const string ClusterVariable = "ORDERS_CLUSTER";

    /// <summary>The cluster, unless another is named.</summary>
    public const string Cluster = "orders";

    /// <summary>The service, unless another is named.</summary>
    public const string Service = "orders";

    /// <summary>The database driver, as Orleans' ADO.NET providers know it.</summary>
    public const string DatabaseDriver = "Npgsql";
}
