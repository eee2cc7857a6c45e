using OrleansOrders.Cli.Postgres;

namespace OrleansOrders.Cli.Standalone;

/// <summary>Where the server of a data folder listens, so that other verbs find theirs among several side by side.</summary>
internal static class ServerNote
{
    public static void Write(string dataFolder, string url) => File.WriteAllText(FileIn(dataFolder), url);

    public static void Remove(string dataFolder) => File.Delete(FileIn(dataFolder));

    /// <summary>Null when no server runs on the folder.</summary>
    public static string? Read(string dataFolder)
    {
        if (!File.Exists(FileIn(dataFolder)))
            return null;
        using var unused = DataFolderLock.TryTake(Path.GetFullPath(dataFolder));
        return unused is null ? File.ReadAllText(FileIn(dataFolder)).Trim() : null;
    }

    private static string FileIn(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "orders.url");
}
