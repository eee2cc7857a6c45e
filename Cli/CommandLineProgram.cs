using System.CommandLine;
using OrleansOrders.Cli.Commands;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli;

/// <summary>The `orders` command: its verbs, and what happens when the words make no sense.</summary>
public static class CommandLineProgram
{
    public static Task<int> Run(string[] arguments, TextWriter output, TextWriter error) =>
        CommandLine.Run(CreateRoot(), "orders", arguments, output, error);

    /// <summary>All of its verbs and options.</summary>
    internal static RootCommand CreateRoot()
    {
        var root = new RootCommand("Event-sourced order processing.")
        {
            ServeCommand.Create(),
            MigrateCommand.Create(),
            ImportCommand.Create(),
            OrderCommand.Create(),
            ProjectionsCommand.Create(),
            DeadLettersCommand.Create(),
            KeysCommand.Create(),
            VerifyCommand.Create(),
            AuditCommand.Create(),
            PersonalCommand.Create(),
            ArchiveCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            KafkaCommand.Create(),
            SimulateCommand.Create(),
            SeedCommand.Create(),
            LoadCommand.Create(),
            DoctorCommand.Create(),
            ContractsCommand.Create(),
            BenchCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.Add(CommonOptions.Json);
        HelpWithExamples.AddTo(root, Examples.Of);
        return root;
    }
}
