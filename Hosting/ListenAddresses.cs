using System.Net;

namespace OrleansOrders.Hosting;

/// <summary>Addresses other than loopback, as <c>--urls</c> gives them.</summary>
public static class ListenAddresses
{
    /// <summary>Empty when none are given.</summary>
    /// <param name="urls">Separated by semicolons.</param>
    /// <exception cref="Failure">One is not an IP address and port, or there are no keys.</exception>
    public static IReadOnlyList<string> Parse(string? urls, bool hasKeys)
    {
        var addresses = (urls ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (addresses.Length > 0 && !hasKeys)
            throw new Failure(
                ExitCodes.BadInput, "--urls opens the API to other machines, and without keys anybody could do anything: give --keys as well.");
        if (addresses.FirstOrDefault(address => !IsAddress(address)) is { } wrong)
            throw new Failure(
                ExitCodes.BadInput, $"--urls {wrong} is not an IP address and port like http://0.0.0.0:8080 (TLS is a proxy's work, in front of it).");
        return addresses;
    }

    private static bool IsAddress(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme == "http" && url.PathAndQuery == "/"
        && (url.Host == "localhost" || IPAddress.TryParse(url.Host.Trim('[', ']'), out _));
}
