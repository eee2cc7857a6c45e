using System.CommandLine;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>How far the read models are, and building one anew from the log.</summary>
internal static class ProjectionsCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    private static readonly Argument<string> Name = new("name") { Description = "The read model's name, as `projections list` shows it." };

    private static readonly Option<long?> MaximumDifferences = new("--max-differences")
    {
        Description = "Refuse to switch when more rows than this differ from the live table. Default: any number may",
        HelpName = "rows",
    };

    public static Command Create()
    {
        var list = new Command("list", "Show how far every read model is behind the log.") { CommonOptions.Data };
        list.Does(async (parsed, terminal, cancellation) =>
        {
            await using var log = await OpenLog.Open(parsed.GetValue(CommonOptions.Data)!, terminal, cancellation);
            var projections = await log.ReadModels.ListProjections(cancellation);
            terminal.Print(new { projections }, output => Write(output, projections));
            return projections.Any(projection => projection.State == "failed") ? ExitCodes.Failed : ExitCodes.Ok;
        });
        var rebuild = new Command("rebuild", "Build a read model anew beside the live one, compare, and switch.")
        {
            Name, MaximumDifferences, CommonOptions.Data,
        };
        rebuild.Does(async (parsed, terminal, cancellation) =>
        {
            await using var log = await OpenLog.Open(parsed.GetValue(CommonOptions.Data)!, terminal, cancellation);
            var name = parsed.GetValue(Name)!;
            return await Audited.Run(
                log.Source, "orders projections rebuild", $"projection-{name}", null,
                () => Rebuild(log, name, parsed.GetValue(MaximumDifferences), terminal, cancellation), cancellation);
        });
        return new Command("projections", "Look at the read models, or rebuild one.") { list, rebuild };
    }

    private static async Task<int> Rebuild(OpenLog log, string name, long? maximum, Terminal terminal, CancellationToken cancellation)
    {
        if (maximum is < 0)
            throw new Failure(ExitCodes.BadInput, "--max-differences is 0 or more.");
        var known = await log.ReadModels.ListProjections(cancellation);
        if (known.All(projection => projection.Name != name))
            throw new Failure(ExitCodes.BadInput, $"{name} is not a read model; there are {string.Join(", ", known.Select(projection => projection.Name))}.");
        var rebuilding = log.ReadModels.Rebuild(name, maximum, cancellation);
        while (await Task.WhenAny(rebuilding, Task.Delay(ProgressInterval, cancellation)) != rebuilding)
            await ReportProgress(log, name, terminal, cancellation);
        var ended = await rebuilding
            ?? throw new Failure(ExitCodes.Failed, $"{name} is being rebuilt already: `orders projections list` shows how far it is.");
        terminal.Print(new { name, rebuild = ended }, output => output.WriteLine(
            $"{name}: {ended.Phase}, {ended.ShadowRows ?? 0} rows ({ended.LiveRows ?? 0} before), {ended.Differences ?? 0} differ"
            + $"{(ended.Detail is null ? "" : $"; {ended.Detail}")}"));
        return ended.Phase == "switched" ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task ReportProgress(OpenLog log, string name, Terminal terminal, CancellationToken cancellation)
    {
        var projections = await log.ReadModels.ListProjections(cancellation);
        if (projections.First(projection => projection.Name == name).Rebuild is { } now)
            terminal.Report($"{name}: {now.Phase}, event {now.Position} of {now.End}");
    }

    private static void Write(TextWriter output, IReadOnlyList<ProjectionStatus> projections)
    {
        output.WriteLine($"{"name",-18} {"state",-10} {"position",10} {"of",10} {"behind",8} {"seconds",8}");
        foreach (var projection in projections)
        {
            output.WriteLine(
                $"{projection.Name,-18} {projection.State,-10} {projection.Position,10} {projection.End,10} {projection.LagEvents,8} {projection.LagSeconds,8:0.0}"
                + (projection.OldestOrder is null ? "" : $"  oldest order {projection.OldestOrder}"));
            if (projection.Error is not null)
                output.WriteLine($"  {projection.Error}");
            if (projection.Rebuild is { } rebuild)
                output.WriteLine($"  rebuild: {rebuild.Phase}, event {rebuild.Position} of {rebuild.End}");
        }
    }
}
