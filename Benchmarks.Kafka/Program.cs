using System.CommandLine;
using OrleansOrders.Benchmarks.Cluster;
using OrleansOrders.Benchmarks.Kafka;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Cli.Bench.Growth;
using OrleansOrders.Cli.Commands;
using OrleansOrders.Hosting;

var root = new RootCommand($"What publishing to Kafka costs. {HeadlineCommand.Server} names a PostgreSQL server where a database may be made, ORDERS_TEST_KAFKA a broker whose topics may be written to; without them, a private server and librdkafka's mock cluster are used.")
{
    HeadlineCommand.Create(new Dictionary<string, ContestFactory>
    {
        ["R4"] = async (server, pace, _, cancellation) => await RelayContest.Create(server, pace.IsQuick ? 40_000 : 200_000, cancellation),
    }),
    CurveCommand.Create(new Dictionary<string, Func<BenchServer, GrowthPace, ICurve>>
    {
        ["relay"] = static (server, pace) => new RelayCurve(server, pace),
    }),
    BenchmarkVerb.Create("delivery", "How long an event takes from its commit to a consumer.", DeliveryTime.Run),
};
root.Options.Add(CommonOptions.Json);
return await CommandLine.Run(root, "Benchmarks.Kafka", args, Console.Out, Console.Error);
