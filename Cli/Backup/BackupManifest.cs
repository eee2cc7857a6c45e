using System.Text.Json;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Backup;

/// <summary>A file of a backup.</summary>
/// <param name="Name">Below the backup's folder, with forward slashes.</param>
/// <param name="Sha256">Of the file as it stands, in hex.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256);

/// <summary>A table's rows, as COPY writes them, compressed.</summary>
/// <param name="Columns">In the order of the file.</param>
public sealed record BackedUpTable(string Name, IReadOnlyList<string> Columns, long Rows, BackupFile File);

/// <summary>What a backup holds, and of which moment. Written last: a folder without it is no backup.</summary>
/// <param name="Format">1.</param>
/// <param name="Schema">Every installed SQL file, as <c>set/path</c>, with its checksum.</param>
/// <param name="Position">Of the log's last event.</param>
/// <param name="PublisherEpoch">Of the last publisher; 0 when there never was one.</param>
/// <param name="AuditHash">In which the audit ends, in hex. Noted somewhere else, it shows whether the audit was written anew since.</param>
/// <param name="Tables">In the order in which they can be filled.</param>
/// <param name="ColdFiles">Archived streams' files.</param>
public sealed record BackupManifest(
    int Format, Guid Id, DateTimeOffset CreatedAt, IReadOnlyDictionary<string, string> Schema, long Position, long PublisherEpoch,
    long AuditLines, string AuditHash, IReadOnlyList<BackedUpTable> Tables, IReadOnlyList<BackupFile> ColdFiles)
{
    public const int KnownFormat = 1;

    /// <summary>Of the backup, in which archived streams' files are.</summary>
    public const string ColdFolder = "archive";

    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="Failure">There is none, or it cannot be read.</exception>
    public static async Task<BackupManifest> Read(string folder, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new Failure(ExitCodes.BadInput, $"{folder} holds no {FileName}, so it is no backup, or one that was not finished: name another with --from.");
        try
        {
            await using var file = File.OpenRead(path);
            if (await JsonSerializer.DeserializeAsync<BackupManifest>(file, Json, cancellation) is { Tables: not null, ColdFiles: not null } manifest)
                return manifest.Format == KnownFormat ? manifest : throw new Failure(
                    ExitCodes.DataUnusable, $"The backup in {folder} has format {manifest.Format}, this program knows {KnownFormat}: restore it with the program that made it.");
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw new Failure(ExitCodes.DataUnusable, $"{path} is damaged: restore from another backup.");
    }

    /// <summary>Makes the folder a backup.</summary>
    public async Task Write(string folder, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, FileName);
        await using (var file = File.Create(path + ".new"))
        {
            await JsonSerializer.SerializeAsync(file, this, Json, cancellation);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path);
    }
}
