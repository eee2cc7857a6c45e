using System.CommandLine;
using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

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
            string? unfenced = null;
            var audited = await Audited.IsThere(source, cancellation) ? source : null;
            await Audited.Run(audited, "orders migrate", "database", null, async () =>
            {
                applied = await Migrator.Apply(source, Schema.Sets, cancellation);
                unfenced = await RoleFence.Raise(source, database.IsPrivate, cancellation);
                return ExitCodes.Ok;
            }, cancellation);
            terminal.Print(new { applied, roles = unfenced is null, rolesMissing = unfenced }, output =>
            {
                foreach (var file in applied)
                    output.WriteLine(file);
                output.WriteLine(applied.Count == 0 ? "The database was up to date." : $"{applied.Count} applied.");
                if (unfenced is not null)
                    output.WriteLine($"The database's roles are missing ({unfenced}): every part of the program may do all that the user may. See docs/security.md.");
            });
            return ExitCodes.Ok;
        });
        return command;
    }
}
