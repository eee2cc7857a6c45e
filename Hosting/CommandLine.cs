using System.CommandLine;
using System.CommandLine.Invocation;

namespace OrleansOrders.Hosting;

/// <summary>Runs what a command line asks for; words that make no sense are one line and an exit code.</summary>
public static class CommandLine
{
    // Longer than the longest orderly stop; only then is the process ended by force.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(90);

    /// <param name="program">Its name, as the caller knows it.</param>
    public static async Task<int> Run(RootCommand root, string program, string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            var unknown = parsed.UnmatchedTokens.Count > 0 ? $"Unrecognized command or argument '{parsed.UnmatchedTokens[0]}'." : null;
            error.WriteLine($"{program}: {ErrorLine.OneLine(unknown ?? parsed.Errors[0].Message)} See `{program} {NameOf(parsed)}--help`.");
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

    private static string NameOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";
}
