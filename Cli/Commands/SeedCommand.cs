using System.CommandLine;
using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Seed;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Fills a server with sample data: every payment method and every end that an order can come to.</summary>
internal static class SeedCommand
{
    private const int MostOrders = 100_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Option<int> Number = new("--seed")
    {
        Description = "The same seed gives the same data; a second run changes nothing. Default: 42",
        HelpName = "number",
        DefaultValueFactory = _ => 42,
    };

    private static readonly Option<int> Orders = CreateOrders();

    public static Command Create()
    {
        var command = new Command("seed", "Fill a server with sample data: customers, stock, and orders of every fate.")
        {
            CommonOptions.Url, CommonOptions.Data, Number, Orders,
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var time = TimeProvider.System;
            using var progress = new Progress(terminal.Error, Progress.IsTerminal(terminal.Error), time);
            using var api = new ApiClient(CommonOptions.ReadUrl(parsed), 8, Patience, time, progress.Report);
            OpenLog? log = null;
            try
            {
                var run = new SeedRun(
                    parsed.GetValue(Number), parsed.GetValue(Orders), api, HasLog(parsed) ? Open : null, progress, time);
                var report = await run.Run(cancellation);
                terminal.Print(report, output => Write(output, report, api.Url));
                return ExitCodes.Ok;
            }
            finally
            {
                if (log is not null)
                    await log.DisposeAsync();
            }

            async Task<FutureEvent> Open(string tenant)
            {
                log = await OpenLog.Open(parsed.GetValue(CommonOptions.Data)!, terminal, cancellation);
                return new FutureEvent(log.Store, tenant);
            }
        });
        return command;
    }

    // The database that is named, or that of the server which runs on the data folder when that is the one talked to.
    private static bool HasLog(ParseResult parsed) =>
        DatabaseAddress.Given is not null
        || (ServerNote.Read(parsed.GetValue(CommonOptions.Data)!) is { } own && new Uri(own) == CommonOptions.ReadUrl(parsed));

    private static void Write(TextWriter output, SeedReport report, Uri url)
    {
        output.WriteLine($"{report.Orders} orders of seed {report.Seed}: {report.New} requests changed something, {report.AlreadyDone} found their work done.");
        output.WriteLine();
        foreach (var example in report.Examples)
            output.WriteLine($"{example.Fate,-20} {example.Page}");
        if (report.Missing is not null)
            output.WriteLine(report.Missing);
        output.WriteLine();
        output.WriteLine($"{"stuck, for a person",-20} {new Uri(url, "/#/fulfilments?status=parked")}");
        output.WriteLine($"{"sales by day",-20} {new Uri(url, "/v1/reports/sales?groupBy=day")}");
        output.WriteLine($"{"sales by country",-20} {new Uri(url, "/v1/reports/sales?groupBy=country")}");
    }

    private static Option<int> CreateOrders()
    {
        var orders = new Option<int>("--orders")
        {
            Description = "How many orders; more begin with the same ones. Default: 42",
            HelpName = "count",
            DefaultValueFactory = _ => 42,
        };
        orders.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostOrders)
                result.AddError($"--orders is a number from 1 to {MostOrders}.");
        });
        return orders;
    }
}
