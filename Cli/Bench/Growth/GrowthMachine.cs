using System.Runtime.InteropServices;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>Where and when something was measured: figures of two machines are not to be compared.</summary>
internal static class GrowthMachine
{
    /// <param name="before">The machine's times when the run began.</param>
    public static async Task<object> Describe(BenchServer server, (double Total, double Stolen) before, CancellationToken cancellation)
    {
        var after = ProcessorTime.ReadMachine();
        return new
        {
            at = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture),
            cores = Environment.ProcessorCount,
            memoryGib = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30)),
            dotnet = RuntimeInformation.FrameworkDescription,
            postgres = await server.ServerVersion(cancellation),
            stolenShare = Math.Round((after.Stolen - before.Stolen) / (after.Total - before.Total), 3),
        };
    }
}
