using System.IO.Compression;
using System.Security.Cryptography;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Backup;

/// <summary>Writes a backup's files, and finds out whether they are still what they were.</summary>
internal static class BackupFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>A folder for a backup, which nobody else may look into: it holds all that customers said.</summary>
    /// <param name="data">The data folder that is backed up, when it is one.</param>
    /// <exception cref="Failure">The folder is full, or no safe place.</exception>
    public static string MakeFolder(string wanted, string? data)
    {
        var folder = Path.GetFullPath(wanted);
        if (File.Exists(folder))
            throw new Failure(ExitCodes.BadInput, $"{folder} is a file: name a new folder with --to.");
        if (data is not null && IsWithin(folder, Path.GetFullPath(data)))
            throw new Failure(ExitCodes.BadInput, $"{folder} lies in the data folder and would be lost with it: name a folder elsewhere with --to.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new Failure(ExitCodes.BadInput, $"{folder} is not empty: name a new folder with --to.");
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, OwnerOnly);
        return folder;
    }

    /// <summary>Writes a compressed file; returns when it is on the disk.</summary>
    public static async Task<BackupFile> WriteCompressed(string folder, string name, Func<Stream, Task> fill, CancellationToken cancellation)
    {
        var path = PathOf(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (var file = new FileStream(path, FileMode.CreateNew))
        {
            await using (var compressed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
                await fill(compressed);
            file.Flush(flushToDisk: true);
        }
        return await Describe(folder, name, cancellation);
    }

    /// <summary>Copies a file as it is.</summary>
    public static async Task<BackupFile> Copy(string from, string folder, string name, CancellationToken cancellation)
    {
        var path = PathOf(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (var source = File.OpenRead(from))
        await using (var file = new FileStream(path, FileMode.CreateNew))
        {
            await source.CopyToAsync(file, cancellation);
            file.Flush(flushToDisk: true);
        }
        return await Describe(folder, name, cancellation);
    }

    public static Stream OpenCompressed(string folder, BackupFile file) => new GZipStream(File.OpenRead(PathOf(folder, file.Name)), CompressionMode.Decompress);

    /// <exception cref="Failure">A file is missing, or is not what was written.</exception>
    public static async Task Check(string folder, BackupFile file, CancellationToken cancellation)
    {
        if (file.Name.Split('/').Contains("..") || Path.IsPathRooted(file.Name))
            throw new Failure(ExitCodes.DataUnusable, $"The manifest names {file.Name}, outside of the backup: restore from another one.");
        if (!File.Exists(PathOf(folder, file.Name)))
            throw new Failure(ExitCodes.DataUnusable, $"{file.Name} of the backup is missing: restore from another one.");
        if (await Describe(folder, file.Name, cancellation) != file)
            throw new Failure(ExitCodes.DataUnusable, $"{file.Name} of the backup does not have the checksum of the manifest: restore from another one.");
    }

    public static string PathOf(string folder, string name) => Path.Combine(folder, name);

    private static async Task<BackupFile> Describe(string folder, string name, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(PathOf(folder, name));
        var hash = await SHA256.HashDataAsync(file, cancellation);
        return new BackupFile(name, file.Length, Convert.ToHexStringLower(hash));
    }

    private static bool IsWithin(string path, string folder) =>
        (path + Path.DirectorySeparatorChar).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
