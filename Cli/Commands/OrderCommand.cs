using System.CommandLine;
using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Shows an order as it is, or as it was after one of its versions, and how it came to be.</summary>
internal static class OrderCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The order's id." };

    private static readonly Option<long?> At = new("--at") { Description = "The order's version to show. Default: the latest", HelpName = "version" };

    private static readonly Option<string> Tenant = new("--tenant") { Description = "Whose order. Default: default", DefaultValueFactory = _ => "default" };

    public static System.CommandLine.Command Create()
    {
        var show = new System.CommandLine.Command("show", "Show an order, and everything that happened to it.") { Id, At, Tenant, CommonOptions.Data };
        show.Does(async (parsed, terminal, cancellation) =>
        {
            await using var log = await OpenLog.Open(parsed.GetValue(CommonOptions.Data)!, terminal, cancellation);
            return await Show(log, parsed.GetValue(Tenant)!, parsed.GetValue(Id)!, parsed.GetValue(At), terminal, cancellation);
        });
        return new System.CommandLine.Command("order", "Look at one order.") { show };
    }

    private static async Task<int> Show(
        OpenLog log, string tenant, string id, long? at, Terminal terminal, CancellationToken cancellation)
    {
        if (at is < 1)
            throw new Failure(ExitCodes.BadInput, "--at is a version, 1 or more.");
        var loaded = await log.Aggregates.Load<OrderState>(tenant, id, new PointInTime(at, null), cancellation);
        if (loaded.State is not OrderState.Existing existing)
            throw new Failure(ExitCodes.BadInput, $"There is no order {id}: see the id, and --tenant.");
        if (at > loaded.Version)
            throw new Failure(ExitCodes.BadInput, $"Order {id} has only {loaded.Version} versions: name one of them with --at.");
        if (log.Personal is not null)
            existing = await log.Personal.Open(tenant, existing, cancellation);
        var order = OrderView.From(existing, loaded.Version, loaded.Position);
        var story = new List<EventEnvelope>();
        foreach (var entry in await log.Aggregates.ReadStory(tenant, id, 0, cancellation))
        {
            if (at is null || entry.Position <= loaded.Position)
                story.Add(log.Personal is null ? entry : await log.Personal.Open(entry, cancellation));
        }
        terminal.Print(
            new
            {
                order,
                events = story.Select(entry => new
                {
                    entry.Position,
                    stream = entry.StreamType,
                    entry.Id,
                    entry.Version,
                    type = entry.StoredName,
                    entry.RecordedAt,
                    data = JsonSerializer.Deserialize<JsonElement>(entry.Data.Span),
                }),
            },
            output => OrderText.Write(output, order, story));
        return ExitCodes.Ok;
    }
}
