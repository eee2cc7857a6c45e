using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OrleansOrders.Hosting;

/// <summary>The usual help, with command lines below it that can be typed as they stand.</summary>
/// <param name="plain">What writes all the rest.</param>
/// <param name="examplesOf">Of one command; empty when there is nothing to show.</param>
public sealed class HelpWithExamples(HelpAction plain, Func<Command, IReadOnlyList<string>> examplesOf) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Has a program's <c>--help</c> show examples.</summary>
    public static void AddTo(RootCommand root, Func<Command, IReadOnlyList<string>> examplesOf)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examplesOf);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = plain.Invoke(parseResult);
        if (examplesOf(parseResult.CommandResult.Command) is { Count: > 0 } examples)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
        }
        return code;
    }
}
