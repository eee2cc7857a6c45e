using System.CommandLine;
using Npgsql;
using OrleansOrders.Cli.Backup;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Fills an empty database from a backup, and verifies what came of it.</summary>
internal static class RestoreCommand
{
    private static readonly Option<string> From = new("--from") { Description = "The backup's folder.", HelpName = "folder", Required = true };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask." };

    private static readonly Option<string?> Erasures = new("--erasures")
    {
        Description = "Customers who were erased since the backup, to be erased again: a line of JSON each, {\"tenant\", \"customerId\"}.",
        HelpName = "file",
    };

    private static readonly Option<string?> ArchiveTo = new("--archive-to")
    {
        Description = "Where archived streams' files go. Default: archive, in the data folder",
        HelpName = "folder",
    };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why. It is kept, with who.", HelpName = "text" };

    public static Command Create()
    {
        var command = new Command("restore", "Fill an empty database from a backup, fence the old publisher, and verify.")
        {
            From, CommonOptions.Data, Yes, Erasures, ArchiveTo, Reason,
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(From)!);
            var manifest = await BackupManifest.Read(folder, cancellation);
            var erasures = parsed.GetValue(Erasures) is { } list ? await ErasuresAfterBackup.Read(list, cancellation) : [];
            await using var database = await Database.Own(
                new PrivatePostgresOptions(parsed.GetValue(CommonOptions.Data)!) { Report = terminal.Report }, cancellation);
            await using var source = NpgsqlDataSource.Create(database.ConnectionString);
            await RefuseFull(source, cancellation);
            var cold = manifest.ColdFiles.Count == 0 && parsed.GetValue(ArchiveTo) is null
                ? "" : ArchiveCommand.ChooseFolder(ArchiveTo, parsed.GetValue(ArchiveTo), parsed.GetValue(CommonOptions.Data)!, database.IsPrivate);
            var restore = new RestoreRun(source, folder, manifest, cold, terminal.Report);
            terminal.Report("Checking the backup's files ...");
            await restore.CheckFiles(cancellation);
            if (!parsed.GetValue(Yes) && !Agrees(manifest, terminal))
                return ExitCodes.Failed;
            var epoch = await restore.Run(Audited.ActionOf("orders restore", $"backup {manifest.Id}", parsed.GetValue(Reason)), cancellation);
            var erased = await ErasuresAfterBackup.Apply(source, manifest.Id, erasures, TimeProvider.System, cancellation);
            return await Verify(source, database.ConnectionString, manifest, epoch, erased, terminal, cancellation);
        });
        return command;
    }

    private static async Task RefuseFull(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        if (!await RestoreRun.IsEmpty(connection, cancellation))
            throw RestoreRun.NotEmpty();
    }

    // A script is not asked: it has said what it wants.
    private static bool Agrees(BackupManifest manifest, Terminal terminal)
    {
        if (Console.IsInputRedirected || terminal.IsJson)
            return true;
        terminal.Report($"Restore the log up to position {manifest.Position}, as of {manifest.CreatedAt:u}? What came after it is lost. [y/N]");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static async Task<int> Verify(
        NpgsqlDataSource source, string connectionString, BackupManifest manifest, long epoch, int erased, Terminal terminal, CancellationToken cancellation)
    {
        terminal.Report("Verifying ...");
        var report = await new Verification(source, connectionString, TimeProvider.System).Run(false, _ => { }, cancellation);
        terminal.Print(
            new { manifest.Id, manifest.CreatedAt, manifest.Position, publisherEpoch = epoch, erased, verified = report },
            output =>
            {
                output.WriteLine($"Restored up to position {manifest.Position}, as of {manifest.CreatedAt:u}; {erased} customers erased again"
                    + (epoch > 0 ? $"; publishers go on in epoch {epoch}." : "."));
                VerifyCommand.Write(output, report);
            });
        return report.Ok ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
