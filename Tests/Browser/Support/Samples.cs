using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Seed;

namespace OrleansOrders.Tests.Browser.Support;

/// <summary>The sample orders, as <c>orders seed</c> makes them.</summary>
internal static class Samples
{
    public static async Task<IReadOnlyDictionary<Fate, string>> Send(Uri url)
    {
        using var api = new ApiClient(url, 8, TimeSpan.FromSeconds(30), TimeProvider.System, _ => { });
        using var progress = new Progress(TextWriter.Null, false, TimeProvider.System);
        var report = await new SeedRun(1, SeedPlan.Fates.Count, api, openLog: null, progress, TimeProvider.System)
            .Run(CancellationToken.None);
        return report.Examples.ToDictionary(example => example.Fate, example => example.OrderId);
    }
}
