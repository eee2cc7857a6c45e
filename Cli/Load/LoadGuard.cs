using System.Globalization;
using OrleansOrders.Cli.Client;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Load;

/// <summary>What keeps a load from being sent at all. Each is one line, and nothing was done.</summary>
internal static class LoadGuard
{
    private const double Gigabyte = 1024 * 1024 * 1024;

    // A server that does not answer at once is no place for a load yet.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>A log cannot be cleaned of a load afterwards, so it must not be somebody else's by mistake.</summary>
    /// <exception cref="Failure">The server is on another machine, and nobody said that it is theirs.</exception>
    public static void CheckOwner(Uri url, bool isConfirmed)
    {
        if (!url.IsLoopback && !isConfirmed)
            throw new Failure(
                ExitCodes.BadInput, $"{url} is on another machine, and what a load writes into its log stays there: give --yes if it is yours.");
    }

    /// <param name="folder">Of the data; where it is not there yet, what is above it counts.</param>
    /// <exception cref="Failure">There is no room on its disk.</exception>
    public static void CheckDisk(string folder, long bytesNeeded)
    {
        var existing = new DirectoryInfo(Path.GetFullPath(folder));
        while (!existing.Exists)
            existing = existing.Parent!;
        var free = new DriveInfo(existing.FullName).AvailableFreeSpace;
        if (free < bytesNeeded)
            throw new Failure(ExitCodes.BadInput, string.Create(
                CultureInfo.InvariantCulture,
                $"The disk of {existing.FullName} has {free / Gigabyte:0.0} GiB free, and this load may need {bytesNeeded / Gigabyte:0.0}: free some, or choose a lower --rate or --duration."));
    }

    /// <exception cref="Failure">Nobody answers, or not as the server of orders would.</exception>
    public static async Task CheckServer(Uri url, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            // Its reports of an outage would be a second line.
            using var api = new ApiClient(url, 1, Patience, time, _ => { });
            await api.Greet(cancellation, Patience);
        }
        catch (Failure unreachable)
        {
            throw new Failure(ExitCodes.BadInput, unreachable.Message, unreachable);
        }
    }
}
