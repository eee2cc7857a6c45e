using System.CommandLine;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>What every verb has in common: how it is told its options and where it says what came of it.</summary>
internal static class Verb
{
    /// <summary>Gives a verb its work. Whatever goes wrong in it becomes one line and an exit code.</summary>
    public static void Does(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> work) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            var configuration = parsed.InvocationConfiguration;
            var terminal = new Terminal(parsed.GetValue(CommonOptions.Json), configuration.Output, configuration.Error);
            try
            {
                return await work(parsed, terminal, cancellation);
            }
            catch (Exception failure)
            {
                return ErrorLine.Write(terminal.Error, "orders", failure, cancellation);
            }
        });
}
