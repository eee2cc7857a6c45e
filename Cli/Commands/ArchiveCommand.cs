using System.CommandLine;
using System.Globalization;
using OrleansOrders.Cli.Archive;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Moves closed orders that are old enough into cold files; everything can still be read.</summary>
internal static class ArchiveCommand
{
    private const int LongestDays = 36_500;

    private static readonly Option<string> OlderThan = new("--older-than")
    {
        Description = "Orders to which nothing has happened for so many days, like 90d. Default: 90d",
        HelpName = "days",
        DefaultValueFactory = _ => "90d",
    };

    private static readonly Option<string?> To = new("--to")
    {
        Description = "Where the cold files go; whoever reads the log must reach it under this path. Default: archive, in the data folder",
        HelpName = "folder",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be moved, and change nothing." };

    public static Command Create()
    {
        var command = new Command("archive", "Move closed orders that are old enough into compressed files; everything can still be read.")
        {
            OlderThan, To, DryRun, CommonOptions.Data,
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var before = TimeProvider.System.GetUtcNow() - ReadAge(parsed.GetValue(OlderThan)!);
            var isDryRun = parsed.GetValue(DryRun);
            await using var log = await OpenLog.Open(parsed.GetValue(CommonOptions.Data)!, terminal, cancellation);
            var folder = ChooseFolder(To, parsed.GetValue(To), parsed.GetValue(CommonOptions.Data)!, log.IsPrivate);
            var run = new ArchiveRun(log.Owner, log.Aggregates, folder, terminal.Report);
            return isDryRun ? await Archive() : await Audited.Run(log.Source, "orders archive", folder, null, Archive, cancellation);

            async Task<int> Archive()
            {
                var report = await run.Run(before, isDryRun, cancellation);
                terminal.Print(new { folder, dryRun = isDryRun, report }, output => Write(output, folder, isDryRun, report));
                return ExitCodes.Ok;
            }
        });
        return command;
    }

    /// <summary>Where cold files are when nobody says otherwise.</summary>
    public static string ChooseFolder(Option<string?> option, string? given, string data, bool isPrivate) => given is not null
        ? Path.GetFullPath(given)
        : isPrivate
            ? Path.Combine(Path.GetFullPath(data), "archive")
            : throw new Failure(ExitCodes.BadInput, $"{DatabaseAddress.Variable} names the database, so say with {option.Name} where cold files go: a folder that all servers reach under one path.");

    private static TimeSpan ReadAge(string text) =>
        text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= LongestDays
            ? TimeSpan.FromDays(days)
            : throw new Failure(ExitCodes.BadInput, $"--older-than {text} is not a number of days like 90d.");

    private static void Write(TextWriter output, string folder, bool isDryRun, ArchiveReport report)
    {
        if (isDryRun)
            output.WriteLine($"{report.Orders} closed orders would be moved: {report.Streams} streams, {report.Events} events, {report.BytesBefore} bytes.");
        else
            output.WriteLine($"{report.Orders} closed orders: {report.Streams} streams with {report.Events} events are in {report.Files} files in {folder}; {report.BytesBefore} bytes became {report.BytesAfter}.");
        if (report.Skipped > 0)
            output.WriteLine($"{report.Skipped} streams stay where they are.");
    }
}
