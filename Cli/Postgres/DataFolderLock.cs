using System.Globalization;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Postgres;

/// <summary>One process owns a data folder at a time. The operating system frees the lock when that process ends, however it ends.</summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream held;

    private DataFolderLock(FileStream held) => this.held = held;

    /// <summary>Null when another process has it.</summary>
    public static DataFolderLock? TryTake(string data)
    {
        try
        {
            Directory.CreateDirectory(data);
            var held = new FileStream(Path.Combine(data, "orders.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(PidFile(data), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataFolderLock(held);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new Failure(ExitCodes.BadInput, $"{data} cannot be written: change its permissions, or name another folder with --data.", denied);
        }
        catch (IOException) when (File.Exists(Path.Combine(data, "orders.lock")))
        {
            return null;
        }
        catch (IOException impossible)
        {
            throw new Failure(ExitCodes.BadInput, $"{data} cannot be made ({impossible.Message}): name another folder with --data.", impossible);
        }
    }

    public static DataFolderLock Take(string data) => TryTake(data) ?? throw new Failure(
        ExitCodes.Unreachable,
        $"{data} is in use by process {HolderOf(data) ?? "unknown"}: stop that one, or name another folder with --data.");

    public static string? HolderOf(string data) => File.Exists(PidFile(data)) ? File.ReadAllText(PidFile(data)).Trim() : null;

    public void Dispose() => held.Dispose();

    private static string PidFile(string data) => Path.Combine(data, "orders.pid");
}
