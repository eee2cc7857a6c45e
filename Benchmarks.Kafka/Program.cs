using System.Text.Json;
using OrleansOrders.Benchmarks.Cluster;
using OrleansOrders.Benchmarks.Kafka;

if (args.FirstOrDefault() != "relay")
{
    Console.Error.WriteLine("usage: Benchmarks.Kafka relay [--json]");
    Console.Error.WriteLine("  relay   the publisher beside librdkafka's own producer on the same broker, and how long an event takes to arrive");
    Console.Error.WriteLine("ORDERS_TEST_KAFKA names a broker whose topics may be written to; without it, librdkafka's mock cluster is used.");
    return 2;
}

var asJson = args.Contains("--json");
var report = new Report(asJson);
await using (var database = await BenchmarkDatabase.Create())
    await Relay.Run(database, report);
if (asJson)
    Console.WriteLine(JsonSerializer.Serialize(report.Figures, JsonSerializerOptions.Web));
return report.HasFailed ? 1 : 0;
