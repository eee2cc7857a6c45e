using System.CommandLine;
using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>What a person has to say about the topics, once they hold what the log does not: after a restore.</summary>
internal static class KafkaCommand
{
    private static readonly Option<string> Reason = new("--reason") { Description = "Why publishing may go on. It is kept, with who.", HelpName = "text", Required = true };

    public static Command Create()
    {
        var accept = new Command("accept-ahead", "Let publishing go on behind events that the topics hold and the log does not.") { Reason, CommonOptions.Data };
        accept.Does(async (parsed, terminal, cancellation) =>
        {
            var reason = parsed.GetValue(Reason)!;
            if (string.IsNullOrWhiteSpace(reason))
                throw new Failure(ExitCodes.BadInput, "--reason says why publishing may go on; it is empty.");
            await using var database = await Database.Visit(parsed.GetValue(CommonOptions.Data)!, terminal, cancellation);
            await using var source = NpgsqlDataSource.Create(database.ConnectionString);
            return await Audited.Run(source, "orders kafka accept-ahead", "topics", reason, async () =>
            {
                var parts = await new TopicsAhead(source).Accept(Audited.ActionOf("", "", null).Actor, reason, cancellation);
                terminal.Print(new { accepted = parts }, output => output.WriteLine(
                    parts == 0 ? "Nothing waits to be accepted." : $"{parts} partitions: publishing goes on behind what stands there."));
                return ExitCodes.Ok;
            }, cancellation);
        });
        return new Command("kafka", "See to the topics after a restore.") { accept };
    }
}
