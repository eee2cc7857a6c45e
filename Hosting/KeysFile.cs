using OrleansOrders.Http;

namespace OrleansOrders.Hosting;

/// <summary>The file with the callers' keys.</summary>
public static class KeysFile
{
    /// <summary>Names the file when no option does.</summary>
    public const string Variable = "ORDERS_KEYS_FILE";

    private const int LargestFile = 16 * 1024 * 1024;

    /// <summary>What the variable says, or null.</summary>
    public static string? Given => Environment.GetEnvironmentVariable(Variable);

    /// <summary>Empty when no file is named.</summary>
    /// <exception cref="Failure">It cannot be read, or is not a list of keys.</exception>
    public static IReadOnlyList<ApiKey> Read(string? file) => string.IsNullOrEmpty(file) ? [] : Parse(file, ReadBytes(file));

    /// <summary>
    /// Replaces the keys by what <paramref name="change"/> makes of them; a file that is not there has none yet. Whoever reads
    /// meanwhile sees all of the old or all of the new, and two changes come one after the other.
    /// </summary>
    /// <exception cref="Failure">The file cannot be read or written, or servers would refuse what it came to say.</exception>
    public static void Change(string file, Func<IReadOnlyList<ApiKey>, IReadOnlyList<ApiKey>> change)
    {
        var link = File.Exists(file) ? new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true) : null;
        var path = link?.FullName ?? Path.GetFullPath(file);
        var next = path + ".new";
        try
        {
            // Held by the system, so that a crash gives it free; the file itself stays and holds nothing.
            using var lockedUntilRenamed = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            var keys = File.Exists(path) ? Parse(path, ReadBytes(path)) : [];
            var text = ApiKeyText.Write(change(keys));
            Parse(path, text); // what servers would refuse is not written
            Write(next, text, File.Exists(path) ? File.GetUnixFileMode(path) : UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCodes.BadInput, $"The keys file cannot be changed: {unwritable.Message}", unwritable);
        }
    }

    /// <exception cref="Failure">It cannot be read.</exception>
    internal static byte[] ReadBytes(string file)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > LargestFile })
                throw new Failure(ExitCodes.BadInput, $"{file} is no keys file: it is larger than {LargestFile} bytes.");
            return File.ReadAllBytes(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCodes.BadInput, $"The keys file cannot be read: {unreadable.Message} See --keys and {Variable}.", unreadable);
        }
    }

    /// <exception cref="Failure">It is not a list of keys.</exception>
    internal static IReadOnlyList<ApiKey> Parse(string file, byte[] bytes)
    {
        try
        {
            return ApiKeyText.Parse(bytes);
        }
        catch (FormatException wrong)
        {
            throw new Failure(ExitCodes.BadInput, $"{file}: {wrong.Message}", wrong);
        }
    }

    private static void Write(string file, byte[] text, UnixFileMode mode)
    {
        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = mode,
        });
        stream.Write(text);
        stream.WriteByte((byte)'\n');
        stream.Flush(flushToDisk: true);
    }
}
