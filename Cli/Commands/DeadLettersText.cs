using System.Text.Json;
using OrleansOrders.Cli.Client;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Dead letters for people.</summary>
internal static class DeadLettersText
{
    /// <exception cref="Failure">The server refuses.</exception>
    public static JsonElement Accept(ApiReply reply)
    {
        if (!reply.IsDone)
        {
            var refusal = reply.ToRefusal();
            var isWrongInput = (int)reply.Status is 400 or 404;
            throw new Failure(isWrongInput ? ExitCodes.BadInput : ExitCodes.Failed, $"{refusal.Code}: {refusal.Detail}");
        }
        using var document = JsonDocument.Parse(reply.Body);
        return document.RootElement.Clone();
    }

    public static void WriteList(TextWriter output, IReadOnlyList<JsonElement> letters)
    {
        foreach (var letter in letters)
        {
            output.WriteLine(
                $"{Text(letter, "id")}  {Text(letter, "consumer"),-16}  {Text(letter, "state"),-16}  {Text(letter, "stream")} from version {Number(letter, "version")} on, "
                + $"{Number(letter, "waiting")} behind it, {Text(letter, "type")}");
            output.WriteLine($"    {Text(letter, "cause")}");
        }
        output.WriteLine(letters.Count == 0 ? "No dead letters." : $"{letters.Count} dead letters.");
    }

    public static void WriteOne(TextWriter output, JsonElement reply)
    {
        var letter = reply.GetProperty("letter");
        WriteList(output, [letter]);
        output.WriteLine($"event {Text(letter, "eventId")} at position {Number(letter, "position")}, parked {Text(letter, "parkedAt")}, {Number(letter, "attempts")} attempts");
        output.WriteLine($"stored: {reply.GetProperty("data").GetRawText()}");
        if (reply.TryGetProperty("repair", out var repair))
        {
            output.WriteLine($"repair {Number(repair, "number")} by {Text(repair, "actor")} at {Text(repair, "at")}: {Text(repair, "reason")}");
            output.WriteLine($"read as {Text(reply, "repairType")}: {reply.GetProperty("repairData").GetRawText()}");
        }
        foreach (var action in reply.GetProperty("actions").EnumerateArray())
            output.WriteLine($"{Text(action, "at")}  {Text(action, "action")} by {Text(action, "actor")}: {Text(action, "reason")} -> {Text(action, "outcome")}");
    }

    public static void WriteReplay(TextWriter output, JsonElement result) => output.WriteLine(
        $"{Text(result, "outcome")}, {Number(result, "events")} events, {Number(result, "rows")} rows"
        + (result.TryGetProperty("cause", out var cause) ? $": {cause.GetString()}" : ""));

    public static void WriteSummary(TextWriter output, JsonElement summary) => output.WriteLine(
        $"{Number(summary, "matched")} letters: {Number(summary, "replayed")} replayed, {Number(summary, "requested")} asked for, {Number(summary, "stillParked")} still parked; "
        + $"{Number(summary, "wouldReplay")} would be replayed, {Number(summary, "wouldStayParked")} would stay parked"
        + (summary.GetProperty("isMore").GetBoolean() ? "; there are more, repeat" : ""));

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
