using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Cluster;

/// <summary>
/// The programs of the cluster edition. They are built apart from this one, so that it needs none of Orleans' packages.
/// </summary>
/// <param name="Silo">The path of a node's program.</param>
/// <param name="Gateway">The path of the HTTP gateway's.</param>
internal sealed record ClusterPrograms(string Silo, string Gateway)
{
    /// <exception cref="Failure">They have not been built.</exception>
    public static ClusterPrograms Find() => new(Find("Silo", "orders-silo.dll"), Find("Api", "orders-gateway.dll"));

    private static string Find(string project, string file)
    {
        var here = AppContext.BaseDirectory;
        string[] places = [Path.Combine(here, file), Path.GetFullPath(Path.Combine(here, "..", "..", "..", project, "bin", "app", file))];
        return places.FirstOrDefault(File.Exists) ?? throw new Failure(
            ExitCodes.Unreachable,
            "The cluster edition is not built: start it with `./run --silos`, which builds it, or leave --silos out to serve the standalone edition.");
    }
}
