using System.Security.Cryptography;
using Npgsql;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;

namespace OrleansOrders.Hosting;

/// <summary>
/// The file with the master key: 32 bytes in base64, a key a line. The first line wraps new keys, the others still open what
/// they wrapped. The file stays apart from the database and from its backups.
/// </summary>
public static class MasterKeySetting
{
    /// <summary>Names the file when no option does.</summary>
    public const string Variable = "ORDERS_MASTER_KEY_FILE";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What the variable says, else <c>master.key</c> in the data folder.</summary>
    public static string FileFor(string? dataFolder = null) => FileFor(dataFolder, Environment.GetEnvironmentVariable);

    /// <param name="variable">Gives a variable's value.</param>
    /// <inheritdoc cref="FileFor(string?)"/>
    public static string FileFor(string? dataFolder, Func<string, string?> variable) =>
        variable(Variable) is { Length: > 0 } given
            ? given
            : Path.Combine(Path.GetFullPath(dataFolder ?? variable("ORDERS_DATA") ?? ".data"), "master.key");

    /// <summary>
    /// What seals this database's personal texts. A file that is not there is made, unless the database was written with
    /// another one already: then nobody could read what both have written.
    /// </summary>
    /// <param name="database">With the tables of the event store. Stays the caller's.</param>
    /// <exception cref="Failure">The file cannot be read or made, or is not the database's.</exception>
    public static async Task<PersonalTexts> Open(
        NpgsqlDataSource database, string file, TimeProvider time, CancellationToken cancellation)
    {
        if (!File.Exists(file) && await IsInUse(database, cancellation))
        {
            throw new Failure(
                ExitCodes.BadInput,
                $"Personal data in this database is encrypted, and {file} is not there: put it back, or name the file with {Variable}.");
        }
        return await OpenWith(database, ReadOrMake(file), file, time, cancellation);
    }

    /// <summary>With the given key, else with the file's; null without either: nothing is sealed then.</summary>
    /// <inheritdoc cref="Open(NpgsqlDataSource, string, TimeProvider, CancellationToken)"/>
    public static async Task<PersonalTexts?> Open(
        NpgsqlDataSource database, MasterKey? master, string? file, TimeProvider time, CancellationToken cancellation) =>
        master is not null ? await OpenWith(database, master, "the given key", time, cancellation)
        : file is not null ? await Open(database, file, time, cancellation)
        : null;

    private static async Task<PersonalTexts> OpenWith(
        NpgsqlDataSource database, MasterKey master, string file, TimeProvider time, CancellationToken cancellation)
    {
        await Claim(database, master, file, cancellation);
        return new PersonalTexts(new PersonalKeyTable(database), master, time);
    }

    /// <summary>Announces these keys to the database; the first one wraps from now on.</summary>
    /// <exception cref="Failure">The database was written with one that is not among them.</exception>
    public static async Task Claim(NpgsqlDataSource database, MasterKey master, string file, CancellationToken cancellation)
    {
        if (await PersonalKeyTable.ClaimMaster(database, master.Ids, cancellation) is { } missing)
        {
            throw new Failure(
                ExitCodes.BadInput,
                $"Personal data in this database is encrypted under master key {missing}, which is not in {file}: give this process the "
                + $"file of the others with {Variable}.");
        }
    }

    /// <summary>For those who only look: null where the file is not there, and what is sealed stays so.</summary>
    /// <exception cref="Failure">It cannot be read, or is no such file.</exception>
    public static PersonalTexts? OpenIfThere(NpgsqlDataSource database, string file, TimeProvider time) =>
        File.Exists(file) ? new PersonalTexts(new PersonalKeyTable(database), Read(file), time) : null;

    /// <summary>The keys of the file; a file that is not there is made first.</summary>
    /// <exception cref="Failure">It cannot be read or made, or is no such file.</exception>
    public static MasterKey ReadOrMake(string file) => Read(file, makes: true);

    /// <summary>The keys of the file.</summary>
    /// <exception cref="Failure">It cannot be read, or is no such file.</exception>
    public static MasterKey Read(string file) => Read(file, makes: false);

    private static MasterKey Read(string file, bool makes)
    {
        try
        {
            if (makes && !File.Exists(file))
                Make(file);
            var keys = File.ReadAllLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')
                .Select(Convert.FromBase64String).ToArray();
            return new MasterKey(keys);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw new Failure(
                ExitCodes.BadInput, $"{file} is not a master key: it has 32 random bytes in base64 on each line. See {Variable}.", wrong);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new Failure(
                ExitCodes.BadInput, $"The master key cannot be read or made: {unreadable.Message} See {Variable}.", unreadable);
        }
    }

    // Whole or not at all, and never over another: processes that start together take the one that was first.
    private static void Make(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(file)}.{Environment.ProcessId}.{Guid.NewGuid():N}");
        using (var stream = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OperatingSystem.IsWindows() ? null : OwnerOnly,
        }))
        {
            using (var writer = new StreamWriter(stream, leaveOpen: true))
                writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Length)));
            stream.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
    }

    private static async Task<bool> IsInUse(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select exists (select from master_keys)");
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
