using OrleansOrders.Hosting;
using OrleansOrders.Http;

namespace OrleansOrders.Cli.Commands;

/// <summary>What `orders serve` was asked for, checked.</summary>
/// <param name="Port">Null: the default, or the next free one.</param>
internal sealed record ServeOptions(string Data, bool Fresh, int? Port, IReadOnlyList<ApiKey> Keys, IReadOnlyList<string> Urls)
{
    /// <summary>Where the keys stand; null without any.</summary>
    public string? KeysFile { get; private init; }

    /// <summary>The tokens that are taken besides keys; null for none.</summary>
    public TokenSettings? Tokens { get; private init; }

    public CallLimits Limits { get; private init; } = CallLimits.None;

    public static ServeOptions Read(string data, bool fresh, int? port, string? keysFile, string? urls)
    {
        var file = keysFile ?? Hosting.KeysFile.Given;
        var keys = Hosting.KeysFile.Read(file);
        var tokens = TokenSettings.Read();
        var isClosed = keys.Count > 0 || tokens is not null;
        var addresses = ListenAddresses.Parse(urls, isClosed);
        if (addresses.Count > 0 && port is not null)
            throw new Failure(ExitCodes.BadInput, "--port and --urls exclude each other: name the port in --urls.");
        return new ServeOptions(data, fresh, port, keys, addresses)
        {
            KeysFile = string.IsNullOrEmpty(file) ? null : Path.GetFullPath(file), Tokens = tokens, Limits = LimitSettings.Read(isClosed),
        };
    }
}
