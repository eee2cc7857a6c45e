using System.CommandLine;
using OrleansOrders.Cli.Commands;

namespace OrleansOrders.Cli;

/// <summary>The `orders` command: its verbs, and what happens when the words make no sense.</summary>
public static class CommandLineProgram
{
    // Longer than the longest orderly stop; only then is the process ended by force.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(90);

    public static async Task<int> Run(string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = CreateRoot().Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            var unknown = parsed.UnmatchedTokens.Count > 0 ? $"Unrecognized command or argument '{parsed.UnmatchedTokens[0]}'." : null;
            error.WriteLine($"orders: {ErrorLine.OneLine(unknown ?? parsed.Errors[0].Message)} See `orders {NameOf(parsed)}--help`.");
            return ExitCodes.BadInput;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = LongestStop,
        });
    }

    private static RootCommand CreateRoot()
    {
        var root = new RootCommand("Event-sourced order processing.")
        {
            ServeCommand.Create(),
            MigrateCommand.Create(),
            ImportCommand.Create(),
            OrderCommand.Create(),
            ProjectionsCommand.Create(),
            VerifyCommand.Create(),
            SeedCommand.Create(),
            DoctorCommand.Create(),
        };
        root.Options.Add(CommonOptions.Json);
        return root;
    }

    private static string NameOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";
}
