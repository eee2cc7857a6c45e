using System.CommandLine;
using System.Diagnostics;
using Npgsql;
using OrleansOrders.Cli.Backup;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Writes the whole database into a folder, also while servers work on it.</summary>
internal static class BackupCommand
{
    private static readonly Option<string> To = new("--to") { Description = "A new or empty folder.", HelpName = "folder", Required = true };

    public static Command Create()
    {
        var command = new Command("backup", "Write the whole database into a folder, as it is at one moment, also under load.") { To, CommonOptions.Data };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var data = parsed.GetValue(CommonOptions.Data)!;
            await using var database = await Database.Visit(data, terminal, cancellation);
            await using var source = NpgsqlDataSource.Create(database.ConnectionString);
            await Schema.Check(source, cancellation);
            var folder = BackupFiles.MakeFolder(parsed.GetValue(To)!, database.IsPrivate ? data : null);
            return await Audited.Run(source, "orders backup", folder, null, () => Write(source, folder, terminal, cancellation), cancellation);
        });
        return command;
    }

    private static async Task<int> Write(NpgsqlDataSource source, string folder, Terminal terminal, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var manifest = await new BackupRun(source, folder, terminal.Report).Run(cancellation);
        var files = manifest.Tables.Select(table => table.File).Concat(manifest.ColdFiles).ToList();
        var bytes = files.Sum(file => file.Bytes);
        terminal.Print(
            new { folder, manifest.Id, manifest.CreatedAt, manifest.Position, manifest.PublisherEpoch, manifest.AuditLines, manifest.AuditHash, files = files.Count, bytes, seconds = Math.Round(clock.Elapsed.TotalSeconds, 1) },
            output => output.WriteLine(
                $"""
                 {folder}: the log up to position {manifest.Position}, {files.Count} files, {bytes / 1_048_576.0:0.0} MiB, {clock.Elapsed.TotalSeconds:0.0} s.
                 The audit ends with line {manifest.AuditLines} in {manifest.AuditHash}: note that elsewhere.
                 The master key of personal data is not in it: keep a copy elsewhere, and what `orders personal erased` lists.
                 """));
        return ExitCodes.Ok;
    }
}
