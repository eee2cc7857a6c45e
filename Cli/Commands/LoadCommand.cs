using System.CommandLine;
using System.Globalization;
using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Load;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Sends orders and what follows them at a given rate, and says how the server took it.</summary>
internal static class LoadCommand
{
    // Connections for what is not measured: preparing, and looking whether all is at rest.
    private const int OtherConnections = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Option<int> Rate = Number(
        "--rate", "Requests per second, due at random moments whether others were answered or not.", 100, 1, LoadOptions.HighestRate);

    private static readonly Option<string> Duration = new("--duration")
    {
        Description = "How long requests arrive: seconds, or a number with s, m or h. Default: 30s",
        HelpName = "time",
        DefaultValueFactory = _ => "30s",
    };

    private static readonly Option<string> Mix = new("--mix")
    {
        Description = $"Of a hundred requests, how many do what. Default: {LoadMix.Default}",
        HelpName = "kinds",
        DefaultValueFactory = _ => LoadMix.Default,
    };

    private static readonly Option<int> Skus = Number("--skus", "Different goods; the first are hot.", 200, 1, LoadOptions.MostSkus);

    private static readonly Option<int> Seed = Number("--seed", "The same seed gives the same requests at the same moments.", 1, 0, int.MaxValue);

    private static readonly Option<int> Connections = Number("--connections", "To the server, at most.", 256, 1, LoadOptions.MostConnections);

    private static readonly Option<bool> Yes = new("--yes") { Description = "The server on another machine is yours, and may keep all these orders." };

    private static readonly Option<bool> NoVerify = new("--no-verify") { Description = "Leave out `orders verify` at the end." };

    public static Command Create()
    {
        var command = new Command("load", "Send requests at a given rate; report latencies, errors and lag; verify. What it writes stays in the log.")
        {
            CommonOptions.Url, CommonOptions.Data, Rate, Duration, Mix, Skus, Seed, Connections, Yes, NoVerify,
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            using var stop = new StopSignal(cancellation);
            var report = await Run(parsed, terminal, stop.Token);
            terminal.Print(report, output => LoadText.Write(output, report));
            return stop.Token.IsCancellationRequested ? ErrorLine.Interrupted
                : report.Errors > 0 || (report.Verify != LoadVerdict.Holds && !parsed.GetValue(NoVerify)) ? ExitCodes.Failed
                : ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<LoadReport> Run(ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        var options = Read(parsed);
        var (url, data, time) = (CommonOptions.ReadUrl(parsed), parsed.GetValue(CommonOptions.Data)!, TimeProvider.System);
        LoadGuard.CheckOwner(url, parsed.GetValue(Yes));
        if (url.IsLoopback)
            LoadGuard.CheckDisk(data, options.BytesNeeded);
        await LoadGuard.CheckServer(url, time, stop);
        using var progress = new Progress(terminal.Error, Progress.IsTerminal(terminal.Error), time);
        using var api = new ApiClient(url, OtherConnections, Patience, time, progress.Report);
        return await new LoadRun(options, api, progress, time)
        {
            Verify = parsed.GetValue(NoVerify) ? null : new LoadVerification(data, terminal, time).Run,
        }.Run(stop);
    }

    private static LoadOptions Read(ParseResult parsed)
    {
        try
        {
            return new LoadOptions(
                parsed.GetValue(Rate), ReadDuration(parsed.GetValue(Duration)!), LoadMix.Parse(parsed.GetValue(Mix)!), parsed.GetValue(Skus),
                parsed.GetValue(Seed), parsed.GetValue(Connections));
        }
        catch (FormatException wrong)
        {
            throw new Failure(ExitCodes.BadInput, $"{Mix.Name} {wrong.Message}.", wrong);
        }
    }

    private static TimeSpan ReadDuration(string text)
    {
        var unit = text.Length > 0 ? text[^1] switch { 'h' => 3_600, 'm' => 60, 's' => 1, _ => 0 } : 0;
        var digits = unit == 0 ? text : text[..^1];
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * Math.Max(unit, 1) is var seconds && seconds >= 1 && seconds <= LoadOptions.LongestDuration.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new Failure(
                ExitCodes.BadInput, $"{Duration.Name} is 1 s to {LoadOptions.LongestDuration.TotalHours:0} h, like 90, 30s, 5m or 1h, and not {text}.");
    }

    private static Option<int> Number(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name)
        {
            Description = $"{description} Default: {standard}",
            HelpName = "number",
            DefaultValueFactory = _ => standard,
        };
        CommonOptions.AcceptOnly(option, least, most);
        return option;
    }
}
