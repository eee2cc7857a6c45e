using System.CommandLine;
using System.Globalization;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Options that several verbs share. Each has one meaning everywhere.</summary>
internal static class CommonOptions
{
    public const int DefaultPort = 8080;

    private const string DefaultUrl = "http://localhost:8080";

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object instead of text.",
        Recursive = true,
    };

    public static Option<string> Data { get; } = new("--data")
    {
        Description = "The data folder, when ORDERS_POSTGRES is not set. Default: ORDERS_DATA, else .data",
        HelpName = "folder",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ORDERS_DATA") is { Length: > 0 } given ? given : ".data",
    };

    public static Option<string?> Url { get; } = new("--url")
    {
        Description = $"The server. Default: the one that runs on the data folder, else {DefaultUrl}",
        HelpName = "url",
    };

    public static Option<int?> Port { get; } = CreatePort();

    /// <summary>The server that a verb talks to.</summary>
    public static Uri ReadUrl(ParseResult parsed)
    {
        var given = parsed.GetValue(Url) ?? ServerNote.Read(parsed.GetValue(Data)!) ?? DefaultUrl;
        return Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https")
            ? url
            : throw new Failure(ExitCodes.BadInput, $"--url {given} is not an address like {DefaultUrl}.");
    }

    /// <summary>Refuses a number outside the range. What is no number at all is refused by the parser already.</summary>
    public static void AcceptOnly(Option option, int least, int most) => option.Validators.Add(result =>
    {
        if (int.TryParse(result.Tokens.FirstOrDefault()?.Value, CultureInfo.InvariantCulture, out var number) && (number < least || number > most))
            result.AddError($"{option.Name} is a number from {least} to {most}.");
    });

    private static Option<int?> CreatePort()
    {
        var port = new Option<int?>("--port") { Description = $"The HTTP port; 0 takes any. Default: {DefaultPort}, or the next free one", HelpName = "port" };
        AcceptOnly(port, 0, 65_535);
        return port;
    }
}
