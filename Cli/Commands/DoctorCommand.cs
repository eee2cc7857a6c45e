using System.CommandLine;
using OrleansOrders.Cli.Doctor;
using OrleansOrders.Hosting;

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
            var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
                .ToDictionary(set => (string)set.Key, set => (string?)set.Value ?? "", StringComparer.Ordinal);
            var port = parsed.GetValue(CommonOptions.Port) ?? CommonOptions.DefaultPort;
            var findings = await new Examination(data, port, environment, TimeProvider.System).Run(cancellation);
            terminal.Print(new { ok = findings.All(finding => finding.Health != Health.Fail), findings }, output => Write(output, findings));
            return findings.Any(finding => finding.Health == Health.Fail) ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(TextWriter output, IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
        {
            output.WriteLine($"{finding.Health.ToString().ToLowerInvariant(),-4}  {finding.Name,-22}  {finding.Detail}");
            if (finding.Fix is not null)
                output.WriteLine($"{"",-30}-> {finding.Fix}");
        }
    }
}
