using System.CommandLine;
using OrleansOrders.Benchmarks.Cluster;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Cli.Bench.Headlines;
using OrleansOrders.Cli.Commands;
using OrleansOrders.Hosting;

const int silos = 2;
var root = new RootCommand($"What the cluster edition costs. {HeadlineCommand.Server} names a PostgreSQL server where a database may be made; without it, a private one is started for the run.")
{
    HeadlineCommand.Create(new Dictionary<string, ContestFactory>
    {
        ["R7"] = async (server, pace, _, cancellation) => await JournalContest.AtLength(server, pace.IsQuick, cancellation),
        ["R7f"] = async (server, _, _, cancellation) => await JournalContest.FromTheFirst(server, cancellation),
        ["R6c"] = async (server, _, report, cancellation) => await FulfilmentContest.Cluster(server, silos, report, cancellation),
    }),
    BenchmarkVerb.Create("length", "What one event costs at the end of streams of 100, 1,000 and 10,000 events.", StreamLength.Run),
    BenchmarkVerb.Create("memory", "What 100,000 activations of the order's grain cost beside their state.", ActivationMemory.Run),
    BenchmarkVerb.Create("command", "What a command over HTTP costs beside the standalone edition.", CommandCost.Run),
    BenchmarkVerb.Create("projections", "How fast projection grains apply what stands in the topics.", ProjectionSpeed.Run),
};
root.Options.Add(CommonOptions.Json);
return await CommandLine.Run(root, "Benchmarks.Cluster", args, Console.Out, Console.Error);
