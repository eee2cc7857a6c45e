using System.CommandLine;
using System.Text.Json;
using OrleansOrders.Cli.Client;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Events that a consumer could not take: looking at them, repairing them, taking their streams up again.</summary>
internal static class DeadLettersCommand
{
    private const string Path = "/v1/dead-letters";

    private static readonly Argument<Guid> Id = new("id") { Description = "The letter's id, as `dead-letters list` shows it." };
    private static readonly Argument<Guid?> OptionalId = new("id") { Description = "The letter's id; left out to take all that the filters mean.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Consumer = new("--consumer") { Description = "Only this consumer's: a projection, reactions, publisher or notifications.", HelpName = "name" };
    private static readonly Option<string?> State = new("--state") { Description = "Only in this state: open, parked, replay-requested or replayed. Default: open", HelpName = "state" };
    private static readonly Option<string?> Type = new("--type") { Description = "The event's stored name, like order-placed.v1.", HelpName = "name" };
    private static readonly Option<string?> Stream = new("--stream") { Description = "Only this stream's, like order-7f3k.", HelpName = "stream" };
    private static readonly Option<string> File = new("--data-file") { Description = "A JSON file with the event's data; - reads standard input.", HelpName = "file", Required = true };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why. It is kept, with who.", HelpName = "text", Required = true };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would happen, and change nothing." };
    private static readonly Option<bool> All = new("--all") { Description = "Replay every open letter." };

    public static Command Create() => new("dead-letters", "Look at events that could not be taken, repair and replay them.")
    {
        CreateList(), CreateShow(), CreateRepair(), CreateReplay(),
    };

    private static Command CreateList()
    {
        var list = new Command("list", "Show dead letters, newest first.") { Consumer, State, Type, Stream, CommonOptions.Url, CommonOptions.Data };
        list.Does((parsed, terminal, cancellation) => WithServer(parsed, async api =>
        {
            var filter = Query(("state", parsed.GetValue(State) ?? "open"), ("consumer", parsed.GetValue(Consumer)), ("type", parsed.GetValue(Type)), ("stream", parsed.GetValue(Stream)));
            var items = new List<JsonElement>();
            for (string? cursor = null; ;)
            {
                var reply = await api.Get($"{Path}?{filter}&limit=200{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", cancellation);
                var page = DeadLettersText.Accept(reply);
                items.AddRange(page.GetProperty("items").EnumerateArray());
                cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
                if (cursor is null)
                    break;
            }
            terminal.Print(new { items }, output => DeadLettersText.WriteList(output, items));
            return ExitCodes.Ok;
        }));
        return list;
    }

    private static Command CreateShow()
    {
        var show = new Command("show", "Show one: its cause, the stored event, what was done about it.") { Id, CommonOptions.Url, CommonOptions.Data };
        show.Does((parsed, terminal, cancellation) => WithServer(parsed, async api =>
        {
            var letter = DeadLettersText.Accept(await api.Get($"{Path}/{parsed.GetValue(Id)}", cancellation));
            terminal.Print(letter, output => DeadLettersText.WriteOne(output, letter));
            return ExitCodes.Ok;
        }));
        return show;
    }

    private static Command CreateRepair()
    {
        var repair = new Command("repair", "Say what is to be read in place of the event; the log stays as it is.")
        {
            Id, Type, File, Reason, CommonOptions.Url, CommonOptions.Data,
        };
        repair.Does((parsed, terminal, cancellation) => WithServer(parsed, async api =>
        {
            var body = new RepairBody(parsed.GetValue(Type), await ReadData(parsed.GetValue(File)!, cancellation), parsed.GetValue(Reason)!);
            var reply = await api.Post($"{Path}/{parsed.GetValue(Id)}/repair", Guid.NewGuid().ToString(), body, ClientJson.Default.RepairBody, cancellation);
            var repaired = DeadLettersText.Accept(reply);
            terminal.Print(repaired, output => output.WriteLine(
                $"Repair {repaired.GetProperty("number").GetInt32()} of the event is written down. `orders dead-letters replay` takes its stream up again."));
            return ExitCodes.Ok;
        }));
        return repair;
    }

    private static Command CreateReplay()
    {
        var replay = new Command("replay", "Take parked streams up again: one letter's, or all that the filters mean.")
        {
            OptionalId, Consumer, Type, Stream, All, DryRun, Reason, CommonOptions.Url, CommonOptions.Data,
        };
        replay.Does((parsed, terminal, cancellation) => WithServer(parsed, async api =>
        {
            var (reason, dryRun) = (parsed.GetValue(Reason)!, parsed.GetValue(DryRun));
            return parsed.GetValue(OptionalId) is { } id
                ? await ReplayOne(api, id, new ReplayBody(reason, dryRun), terminal, cancellation)
                : await ReplaySet(api, SetOf(parsed, reason, dryRun), terminal, cancellation);
        }));
        return replay;
    }

    private static async Task<int> ReplayOne(ApiClient api, Guid id, ReplayBody body, Terminal terminal, CancellationToken cancellation)
    {
        var reply = await api.Post($"{Path}/{id}/replay", Guid.NewGuid().ToString(), body, ClientJson.Default.ReplayBody, cancellation);
        var result = DeadLettersText.Accept(reply);
        terminal.Print(result, output => DeadLettersText.WriteReplay(output, result));
        return result.GetProperty("outcome").GetString() is "still-parked" or "would-stay-parked" ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static async Task<int> ReplaySet(ApiClient api, ReplaySetBody body, Terminal terminal, CancellationToken cancellation)
    {
        var reply = await api.Post($"{Path}/replay", Guid.NewGuid().ToString(), body, ClientJson.Default.ReplaySetBody, cancellation);
        var summary = DeadLettersText.Accept(reply);
        terminal.Print(summary, output => DeadLettersText.WriteSummary(output, summary));
        return summary.GetProperty("stillParked").GetInt32() + summary.GetProperty("wouldStayParked").GetInt32() > 0 ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static ReplaySetBody SetOf(ParseResult parsed, string reason, bool dryRun)
    {
        var set = new ReplaySetBody(reason, dryRun, parsed.GetValue(Consumer), parsed.GetValue(Type), parsed.GetValue(Stream));
        return set is { Consumer: null, Type: null, Stream: null } && !parsed.GetValue(All)
            ? throw new Failure(ExitCodes.BadInput, "Name a letter, or --consumer, --type or --stream, or --all.")
            : set;
    }

    private static async Task<JsonElement> ReadData(string file, CancellationToken cancellation)
    {
        try
        {
            var text = file == "-" ? await Console.In.ReadToEndAsync(cancellation) : await System.IO.File.ReadAllTextAsync(file, cancellation);
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new Failure(ExitCodes.BadInput, $"--data-file {file} cannot be read as JSON: {unusable.Message}", unusable);
        }
    }

    private static async Task<int> WithServer(ParseResult parsed, Func<ApiClient, Task<int>> work)
    {
        using var api = new ApiClient(CommonOptions.ReadUrl(parsed), 1, TimeSpan.FromSeconds(10), TimeProvider.System, _ => { });
        return await work(api);
    }

    private static string Query(params (string Name, string? Value)[] parameters) => string.Join(
        '&', parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
}
