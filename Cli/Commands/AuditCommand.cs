using System.CommandLine;
using System.Globalization;
using Npgsql;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>The record of what operators did and of who was turned away.</summary>
internal static class AuditCommand
{
    private static readonly Option<int> Limit = new("--limit") { Description = "How many lines at most. Default: 50", HelpName = "n", DefaultValueFactory = _ => 50 };
    private static readonly Option<string?> Tenant = new("--tenant") { Description = "Only this tenant's.", HelpName = "tenant" };
    private static readonly Option<string?> Actor = new("--actor") { Description = "Only what this key or person did.", HelpName = "id" };
    private static readonly Option<string?> Action = new("--action") { Description = "Only this action, like retryFulfilment or orders restore.", HelpName = "name" };

    public static Command Create()
    {
        CommonOptions.AcceptOnly(Limit, 1, 100_000);
        return new Command("audit", "Look at what operators did and who was turned away, or check that nothing of it was changed.")
        {
            CreateList(), CreateVerify(),
        };
    }

    private static Command CreateList()
    {
        var list = new Command("list", "Show the record, newest first.") { Limit, Tenant, Actor, Action, CommonOptions.Data };
        list.Does(async (parsed, terminal, cancellation) =>
        {
            var data = parsed.GetValue(CommonOptions.Data)!;
            await using var database = await Database.Visit(data, terminal, cancellation);
            await using var source = NpgsqlDataSource.Create(database.ConnectionString);
            await using var trail = new AuditTrail(source, TimeProvider.System);
            var query = new AuditQuery(parsed.GetValue(Tenant), parsed.GetValue(Actor), parsed.GetValue(Action));
            var items = (await trail.List(query, null, parsed.GetValue(Limit), cancellation)).ToArray();
            if (MasterKeySetting.OpenIfThere(source, MasterKeySetting.FileFor(data), TimeProvider.System) is { } personal)
            {
                for (var i = 0; i < items.Length; i++)
                    items[i] = await Open(items[i], personal, cancellation);
            }
            terminal.Print(new { items }, output => Write(output, items));
            return ExitCodes.Ok;
        });
        return list;
    }

    // What operators wrote about a customer's order is sealed under the customer's key.
    private static async Task<AuditEntry> Open(AuditEntry entry, PersonalTexts personal, CancellationToken cancellation) =>
        entry.Action is { Tenant: { } tenant, Reason: { } reason }
            ? entry with { Action = entry.Action with { Reason = await personal.Open(tenant, reason, cancellation) } }
            : entry;

    private static Command CreateVerify()
    {
        var verify = new Command("verify", "Check that no line was altered, removed, inserted or moved; exit code 1 when one was.") { CommonOptions.Data };
        verify.Does(async (parsed, terminal, cancellation) =>
        {
            await using var database = await Database.Visit(parsed.GetValue(CommonOptions.Data)!, terminal, cancellation);
            await using var source = NpgsqlDataSource.Create(database.ConnectionString);
            await using var snapshot = await LogSnapshot.Take(source, cancellation);
            var record = new AuditRecord();
            await record.Check(snapshot, cancellation);
            var report = record.ToReport();
            terminal.Print(report, output =>
            {
                output.WriteLine($"{(report.Verdict == Verdict.Ok ? "ok" : "VIOLATED")}  {report.Name}: {report.Counts}");
                foreach (var first in report.First)
                    output.WriteLine($"  {first}");
            });
            return report.Verdict == Verdict.Ok ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return verify;
    }

    private static void Write(TextWriter output, IReadOnlyList<AuditEntry> entries)
    {
        foreach (var entry in entries)
        {
            var action = entry.Action;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{entry.Number,6} {entry.At:u} {entry.Kind,-7} {action.Tenant ?? "-",-10} {action.Actor,-16} {action.Action} on {action.Target}")
                + (entry.Outcome is null ? "" : $": {entry.Outcome}") + (entry.Count > 1 ? $" ({entry.Count} times)" : "")
                + (entry.Intent is null ? "" : $" (of {entry.Intent})") + (action.Reason is null ? "" : $" because {action.Reason}"));
        }
    }
}
