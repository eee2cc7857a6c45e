using System.CommandLine;
using OrleansOrders.Cli.Doctor;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

namespace OrleansOrders.Cli.Commands;

/// <summary>Looks at everything that a start needs, and says what to do about what is wrong. Starts and changes nothing.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Check what a start needs, and say how to mend what is wrong.")
        {
            CommonOptions.Data,
            CommonOptions.Port,
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var data = Path.GetFullPath(parsed.GetValue(CommonOptions.Data)!);
            var findings = await Look(data, parsed.GetValue(CommonOptions.Port) ?? CommonOptions.DefaultPort, cancellation);
            terminal.Print(new { ok = findings.All(finding => finding.Health != Health.Fail), findings }, output => Write(output, findings));
            return findings.Any(finding => finding.Health == Health.Fail) ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<List<Finding>> Look(string data, int port, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        await Add("sdk", async () => [await MachineChecks.Sdk(cancellation)]);
        await Add("postgresql", async () => [await DatabaseChecks.Binaries(cancellation)]);
        await Add("data folder", () => Task.FromResult<IEnumerable<Finding>>([DatabaseChecks.DataFolder(data)]));
        await Add("permissions", () => DatabaseChecks.Place(data, cancellation));
        await Add("port", () => Task.FromResult<IEnumerable<Finding>>([MachineChecks.Port(port)]));
        await Add("disk space", () => Task.FromResult<IEnumerable<Finding>>([MachineChecks.DiskSpace(data)]));
        await Add("memory", () => Task.FromResult<IEnumerable<Finding>>([MachineChecks.Memory()]));
        await Add("clock", () => Task.FromResult<IEnumerable<Finding>>([MachineChecks.Clock(TimeProvider.System)]));
        await Add("database", () => LookIntoDatabase(data, cancellation));
        return findings;

        async Task Add(string name, Func<Task<IEnumerable<Finding>>> check)
        {
            try
            {
                findings.AddRange(await check());
            }
            catch (Exception failure)
            {
                findings.Add(Finding.Fail(name, ErrorLine.From(failure, cancellation).Line, "See the line itself."));
            }
        }
    }

    private static async Task<IEnumerable<Finding>> LookIntoDatabase(string data, CancellationToken cancellation)
    {
        if (DatabaseLogins.FromEnvironment("orders") is { } given)
            return await DatabaseChecks.Schema(given.Main, TimeProvider.System, cancellation);
        if (PrivatePostgres.Exists(data) && await RunningServer.Find(await ClusterPlace.Choose(data, cancellation), cancellation) is { } folder)
            return await DatabaseChecks.Schema(RunningServer.ConnectionString(folder, PrivatePostgres.Database), TimeProvider.System, cancellation);
        return [Finding.Ok("database version", "not looked at: no server runs on the data folder")];
    }

    private static void Write(TextWriter output, List<Finding> findings)
    {
        foreach (var finding in findings)
        {
            output.WriteLine($"{finding.Health.ToString().ToLowerInvariant(),-4}  {finding.Name,-16}  {finding.Detail}");
            if (finding.Fix is not null)
                output.WriteLine($"{"",-24}-> {finding.Fix}");
        }
    }
}
