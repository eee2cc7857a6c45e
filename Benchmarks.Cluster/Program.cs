using System.Text.Json;
using OrleansOrders.Benchmarks.Cluster;

var asJson = args.Contains("--json");
Func<BenchmarkDatabase, Report, Task>? benchmark = args.FirstOrDefault() switch
{
    "journal" => JournalSpeed.Run,
    "length" => StreamLength.Run,
    "memory" => ActivationMemory.Run,
    "command" => CommandCost.Run,
    "projections" => ProjectionSpeed.Run,
    _ => null,
};
if (benchmark is null)
{
    Console.Error.WriteLine("usage: Benchmarks.Cluster journal|length|memory|command|projections [--json]");
    Console.Error.WriteLine("  journal   our log-consistency provider beside Orleans' LogStorage on the same server");
    Console.Error.WriteLine("  length    what one event costs at the end of streams of 100, 1,000 and 10,000 events");
    Console.Error.WriteLine("  memory    what 100,000 activations of the order's grain cost beside their state");
    Console.Error.WriteLine("  command   what a command over HTTP costs beside the standalone edition");
    Console.Error.WriteLine("  projections   how fast projection grains apply what stands in the topics");
    Console.Error.WriteLine("A PostgreSQL server is started for the run, unless ORDERS_TEST_POSTGRES names one where a database may be made.");
    return 2;
}

var report = new Report(asJson);
await using (var database = await BenchmarkDatabase.Create())
    await benchmark(database, report);
if (asJson)
    Console.WriteLine(JsonSerializer.Serialize(report.Figures, JsonSerializerOptions.Web));
return report.HasFailed ? 1 : 0;
