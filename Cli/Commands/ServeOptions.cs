using System.Net;
using OrleansOrders.Http;

namespace OrleansOrders.Cli.Commands;

/// <summary>What `orders serve` was asked for, checked.</summary>
/// <param name="Port">Null: the default, or the next free one.</param>
internal sealed record ServeOptions(string Data, bool Fresh, int? Port, IReadOnlyList<ApiKey> Keys, IReadOnlyList<string> Urls)
{
    public const string KeysVariable = "ORDERS_KEYS_FILE";

    public static ServeOptions Read(string data, bool fresh, int? port, string? keysFile, string? urls)
    {
        var keys = ReadKeys(keysFile ?? Environment.GetEnvironmentVariable(KeysVariable));
        var addresses = (urls ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (addresses.Length > 0 && keys.Count == 0)
            throw new Failure(
                ExitCodes.BadInput, "--urls opens the API to other machines, and without keys anybody could do anything: give --keys as well.");
        if (addresses.FirstOrDefault(address => !IsAddress(address)) is { } wrong)
            throw new Failure(
                ExitCodes.BadInput, $"--urls {wrong} is not an IP address and port like http://0.0.0.0:8080 (TLS is a proxy's work, in front of it).");
        if (addresses.Length > 0 && port is not null)
            throw new Failure(ExitCodes.BadInput, "--port and --urls exclude each other: name the port in --urls.");
        return new ServeOptions(data, fresh, port, keys, addresses);
    }

    private static bool IsAddress(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme == "http" && url.PathAndQuery == "/"
        && (url.Host == "localhost" || IPAddress.TryParse(url.Host.Trim('[', ']'), out _));

    private static IReadOnlyList<ApiKey> ReadKeys(string? file)
    {
        if (string.IsNullOrEmpty(file))
            return [];
        try
        {
            return ApiKey.Parse(File.ReadAllBytes(file));
        }
        catch (FormatException wrong)
        {
            throw new Failure(ExitCodes.BadInput, $"{file}: {wrong.Message}", wrong);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCodes.BadInput, $"The keys file cannot be read: {unreadable.Message} See --keys and {KeysVariable}.", unreadable);
        }
    }
}
