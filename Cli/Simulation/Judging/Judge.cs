using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Judges a run that has come to rest by all invariants: what `orders verify` looks at in a database, and what only
/// somebody can know who has seen the clients and the topics.
/// </summary>
internal static class Judge
{
    public static IReadOnlyList<InvariantReport> Of(World world)
    {
        var events = world.Log.ReadLog(0, int.MaxValue, CancellationToken.None).Result;
        var repairs = world.Log.FindRepairs([.. events.Select(recorded => recorded.EventId)], CancellationToken.None).Result;
        var log = new JudgedLog(events, repairs.ToDictionary(repair => repair.EventId));
        return
        [
            new CommandJudge(world, log).Judge(),
            .. OfLog(world, log),
            new TopicJudge(world, log).Judge(),
            new ReadModelJudge(world, log).Judge(),
            new TenantJudge(world, log).Judge(),
        ];
    }

    private static IEnumerable<InvariantReport> OfLog(World world, JudgedLog log)
    {
        var (integrity, receipts, books, money, stock) = (new StreamIntegrity(), new Receipts(), new PaymentBooks(), new MoneyBalance(), new StockBalance());
        var sagas = new SagaEnds(stock.ReservedFor);
        var lines = world.Ledger.Lines.ToLookup(line => (line.Tenant, line.OrderId));
        var orders = new OrderAssembler(
            [books, money, sagas, stock], log.Events.Count, new HashSet<(string, string)>(), (tenant, id) => lines[(tenant, id)]);
        log.Walk(stream => stream.Type == Stock.StreamType, [integrity, receipts, stock]);
        log.Walk(stream => stream.Type != Stock.StreamType, [integrity, receipts, orders]);
        orders.Flush();
        return [receipts.ToReport(), integrity.ToReport(), Positions(log), books.ToReport(), money.ToReport(), stock.ToReport(), sagas.ToReport()];
    }

    private static InvariantReport Positions(JudgedLog log)
    {
        var findings = new Findings(2, "positions are dense, and time does not go back");
        for (var i = 0; i < log.Events.Count; i++)
        {
            if (log.Events[i].Position != i + 1)
                findings.Add($"position {log.Events[i].Position} stands at place {i + 1}");
            if (i > 0 && log.Events[i].RecordedAt < log.Events[i - 1].RecordedAt)
                findings.Add($"position {i + 1} was recorded before the one before it");
        }
        foreach (var recorded in log.Unreadable)
            findings.Add($"{recorded.Stream} version {recorded.Version}, {recorded.Type}, cannot be read");
        return findings.ToReport($"{log.Events.Count} positions");
    }
}
