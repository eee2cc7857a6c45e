using System.CommandLine;
using System.Text.Json;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Cli.Commands;
using OrleansOrders.Hosting;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>A measurement that is no headline: on a database of its own, with targets of its own.</summary>
internal static class BenchmarkVerb
{
    public static Command Create(string name, string description, Func<BenchDatabase, Report, Task> benchmark)
    {
        var command = new Command(name, description);
        command.Does(async (_, terminal, cancellation) =>
        {
            var report = new Report(terminal.IsJson);
            await using var server = await HeadlineCommand.OpenServer(terminal.Report, cancellation);
            await using (var database = await server.CreateDatabase(cancellation))
                await benchmark(database, report);
            if (terminal.IsJson)
                Console.WriteLine(JsonSerializer.Serialize(report.Figures, JsonSerializerOptions.Web));
            return report.HasFailed ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }
}
