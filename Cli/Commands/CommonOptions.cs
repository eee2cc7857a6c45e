using System.CommandLine;
using OrleansOrders.Cli.Standalone;

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

    private static Option<int?> CreatePort()
    {
        var port = new Option<int?>("--port") { Description = $"The HTTP port; 0 takes any. Default: {DefaultPort}, or the next free one", HelpName = "port" };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 65_535)
                result.AddError("--port is a number from 0 to 65535.");
        });
        return port;
    }
}
