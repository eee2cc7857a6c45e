using System.CommandLine;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>
/// Prints what makes a shell complete verbs and options with the Tab key. The scripts know no verb: they ask the program
/// itself, so that they never grow old.
/// </summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # In ~/.bashrc:  source <(orders completion bash)
            _orders() {
              local word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT}
              # What stands before the program's name, and the name, are not its words.
              line=${line#*"${COMP_WORDS[0]}"}
              line=${line# }
              local IFS=$'\n'
              COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$word"))
            }
            complete -o default -F _orders orders ./orders
            """,
        ["zsh"] = """
            # In ~/.zshrc, after compinit:  source <(orders completion zsh)
            _orders() {
              local line="${(j: :)words[2,CURRENT]}"
              local -a found
              found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
              if [[ -n "${found[1]}" ]]; then compadd -a found; else _files; fi
            }
            compdef _orders orders ./orders
            """,
        ["fish"] = """
            # orders completion fish > ~/.config/fish/completions/orders.fish
            function __orders_complete
              set -l words (commandline -opc) (commandline -ct)
              set -l line (string join ' ' -- $words[2..-1])
              $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c orders -a '(__orders_complete)'
            """,
        ["powershell"] = """
            # In the profile:  orders completion powershell | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName orders -ScriptBlock {
              param($word, $command, $position)
              $line = $command.ToString()
              $program = $command.CommandElements[0].ToString()
              $line = $line.Substring($program.Length).TrimStart().PadRight($position - $program.Length - 1)
              & $program "[suggest:$($line.Length)]" $line | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
              }
            }
            """,
    };

    private static readonly Argument<string> Shell = CreateShell();

    /// <summary>The shells that there is a script for.</summary>
    public static IReadOnlyCollection<string> Shells => Scripts.Keys;

    public static Command Create()
    {
        var command = new Command("completion", "Print the script that makes a shell complete verbs and options.") { Shell };
        command.Does((parsed, terminal, _) =>
        {
            var (shell, script) = (parsed.GetValue(Shell)!, Scripts[parsed.GetValue(Shell)!]);
            terminal.Print(new { shell, script }, output => output.Write(script.ReplaceLineEndings("\n") + "\n"));
            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }

    private static Argument<string> CreateShell()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or powershell." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        return shell;
    }
}
