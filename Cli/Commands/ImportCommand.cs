using System.CommandLine;
using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Import;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Brings a file of sales to a server. The file is read to its end before anything is sent.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> File = new("csv")
    {
        Description = $"A file with the columns {CsvColumns.Expected}.",
    };

    private static readonly Option<bool> NoStock = new("--no-stock")
    {
        Description = "Receive no stock for the orders; they take what is there.",
    };

    private static readonly Option<int> Concurrency = CreateConcurrency();

    public static Command Create()
    {
        var command = new Command("import", "Import sales from a CSV file: invoices become orders, invoices with C returns.")
        {
            File, CommonOptions.Url, CommonOptions.Data, NoStock, Concurrency,
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var options = new ImportOptions(
                parsed.GetValue(File)!, CommonOptions.ReadUrl(parsed), parsed.GetValue(Concurrency), !parsed.GetValue(NoStock));
            var report = await Run(options, terminal, TimeProvider.System, cancellation);
            terminal.Print(report, output => ReportText.Write(output, report));
            return report.IsComplete ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static async Task<ImportReport> Run(
        ImportOptions options, Terminal terminal, TimeProvider time, CancellationToken cancellation)
    {
        var plan = Plan(options.Path);
        using var progress = new Progress(terminal.Error, Progress.IsTerminal(terminal.Error), time);
        using var api = new ApiClient(options.Url, options.Concurrency, options.Patience, time, progress.Report);
        return await new ImportRun(options, plan, api, progress, time).Run(cancellation);
    }

    private static ImportPlan Plan(string path)
    {
        try
        {
            return ImportPlanner.Plan(path);
        }
        catch (ImportFileException unusable)
        {
            throw new Failure(ExitCodes.BadInput, $"{unusable.Message} Nothing was imported.", unusable);
        }
    }

    private static Option<int> CreateConcurrency()
    {
        var concurrency = new Option<int>("--concurrency")
        {
            Description = "Orders under way at the same time. Default: 32",
            HelpName = "count",
            DefaultValueFactory = _ => 32,
        };
        CommonOptions.AcceptOnly(concurrency, 1, ImportOptions.MostConcurrent);
        return concurrency;
    }
}
