using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Commands;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli;

/// <summary>Help with examples that can be typed, completion that knows every verb, and no setting that doctor does not know.</summary>
public sealed partial class CommandLineTests
{
    public static TheoryData<string> Verbs => [.. Leaves(CommandLineProgram.CreateRoot()).Select(Examples.NameOf)];

    [Theory, MemberData(nameof(Verbs))]
    public async Task Help_says_what_a_verb_does_and_shows_examples_that_can_be_typed(string verb)
    {
        var (code, output, _) = await Run([.. verb.Split(' '), "--help"]);

        Assert.Equal(ExitCodes.Ok, code);
        var examples = output[output.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n').Select(line => line.Trim()).Where(line => line.Contains("orders ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
        {
            // As a shell would hand it over: without what stands before the program and behind a redirection.
            var words = Typed().Match(example).Groups["words"].Value;
            Assert.StartsWith(verb, words, StringComparison.Ordinal);
            Assert.Empty(CommandLineProgram.CreateRoot().Parse(words.Replace('\'', '"')).Errors);
        });
    }

    [Fact]
    public async Task Help_of_the_whole_program_lists_every_verb_and_examples()
    {
        var (_, output, _) = await Run(["--help"]);
        Assert.All(CommandLineProgram.CreateRoot().Subcommands, verb => Assert.Contains($"  {verb.Name} ", output, StringComparison.Ordinal));
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_shell_has_a_completion_script_and_another_is_refused()
    {
        foreach (var shell in CompletionCommand.Shells)
        {
            var (code, output, _) = await Run(["completion", shell]);
            Assert.Equal((ExitCodes.Ok, true), (code, output.Contains("[suggest:", StringComparison.Ordinal)));
        }
        var (refused, _, error) = await Run(["completion", "cmd"]);
        Assert.Equal((ExitCodes.BadInput, true), (refused, error.Contains("'cmd'", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("orders proj", "projections")]
    [InlineData("orders projections r", "rebuild")]
    [InlineData("orders seed --or", "--orders")]
    [InlineData("orders completion z", "zsh")]
    public async Task Bash_completes_what_was_begun(string line, string expected)
    {
        using var folder = new TemporaryFolder();
        var program = folder.Below("orders");
        File.WriteAllText(program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "orders.dll")}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = $$"""
            PATH='{{folder.Path}}':$PATH
            source <(orders completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{line}}) COMP_CWORD={{line.Split(' ').Length - 1}}
            _orders
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", script]) { RedirectStandardOutput = true })!;
        var completed = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();

        Assert.Equal(expected, completed.Trim());
    }

    [Fact]
    public void Every_variable_that_a_program_reads_is_known_and_every_known_one_is_read()
    {
        string[] tests = ["Tests", "Tests.Cluster", "Tests.Kafka", "Benchmarks", "Benchmarks.Cluster", "Benchmarks.Kafka", "Template"];
        var read = Repository.Files
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !tests.Contains(file.Split('/')[0]) && file != "Hosting/Variables.cs" && file != "Cli/Commands/Examples.cs")
            .SelectMany(file => Variable().Matches(Repository.Read(file)).Select(match => match.Value)).ToHashSet();

        Assert.DoesNotContain(read, name => !Variables.IsKnown(name));
        var made = Variables.Secrets.Where(name => name.StartsWith("ORDERS_POSTGRES_", StringComparison.Ordinal)); // put together from the roles' names
        Assert.Empty(Variables.Plain.Concat(Variables.Secrets).Except(read).Except(made));
    }

    private static IEnumerable<Command> Leaves(Command command) =>
        command is RootCommand || command.Subcommands.Count > 0
            ? command.Subcommands.SelectMany(Leaves).Concat(command.Action is not null && command is not RootCommand ? [command] : [])
            : [command];

    private static async Task<(int Code, string Output, string Error)> Run(string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (await CommandLineProgram.Run(arguments, output, error), output.ToString(), error.ToString());
    }

    [GeneratedRegex("""orders (?<words>[^>)]*)(\)| > \S+)?$""")]
    private static partial Regex Typed();

    [GeneratedRegex("ORDERS_[A-Z][A-Z_]*[A-Z]")]
    private static partial Regex Variable();
}
