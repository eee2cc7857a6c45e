using System.CommandLine;
using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Brings the database up to what this program needs.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Bring the database up to what this program needs.") { CommonOptions.Data };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var folder = parsed.GetValue(CommonOptions.Data)!;
            await using var database = PrivatePostgres.Exists(folder)
                ? await Database.Visit(folder, terminal, cancellation)
                : await Database.Own(new PrivatePostgresOptions(folder) { Report = terminal.Report }, cancellation);
            await using var source = NpgsqlDataSource.Create(database.ConnectionString);
            IReadOnlyList<string> applied = [];
            var audited = await Audited.IsThere(source, cancellation) ? source : null;
            await Audited.Run(audited, "orders migrate", "database", null, async () =>
            {
                applied = await Schema.Apply(source, cancellation);
                return ExitCodes.Ok;
            }, cancellation);
            terminal.Print(new { applied }, output =>
            {
                foreach (var file in applied)
                    output.WriteLine(file);
                output.WriteLine(applied.Count == 0 ? "The database was up to date." : $"{applied.Count} applied.");
            });
            return ExitCodes.Ok;
        });
        return command;
    }
}
