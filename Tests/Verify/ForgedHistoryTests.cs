using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Verify;

/// <summary>
/// Events that the rules would never have decided, written by a program that knows the log's form: every chain, head and
/// receipt is right, and only what the events mean is wrong.
/// </summary>
public sealed class ForgedHistoryTests
{
    private static readonly DateTimeOffset At = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_forged_history_that_breaks_no_rule_holds()
    {
        var report = await Forge(async (log, _) => await log.Append("stock", "NEW-SKU", new StockReceived(5, At)));

        Assert.True(report.Ok, string.Join('\n', report.Invariants.SelectMany(invariant => invariant.First)));
    }

    [Fact]
    public Task A_capture_that_the_provider_does_not_know_is_noticed() => IsViolated(3, async (log, _) =>
    {
        await log.Append("payment", "forged", new PaymentRequested("forged", 100, "GBP", "pm_ok", At), new PaymentAuthorized("x", At), new PaymentCaptured("y", 100, "GBP", At));
    });

    [Fact]
    public Task Money_that_is_neither_sold_nor_refunded_is_noticed() => IsViolated(4, async (log, find) =>
        await log.Append("order", await find(CompletedOrder), new OrderCancelled("nobody refunds this", null, At)));

    [Fact]
    public Task A_reservation_for_an_order_that_is_not_there_is_noticed() => IsViolated(5, async (log, _) =>
        await log.Append("stock", "TEA-ASSAM", new StockReserved("nowhere", 3, At)));

    [Fact]
    public Task More_stock_reserved_than_there_is_is_noticed() => IsViolated(5, async (log, _) =>
        await log.Append("stock", "EMPTY", new StockReserved("nowhere", 3, At)));

    [Fact]
    public Task Pieces_that_left_without_an_order_are_noticed() => IsViolated(5, async (log, find) =>
    {
        var id = await find(CompletedOrder);
        await log.Append("stock", "BACK-DOOR", new StockReceived(3, At), new StockReserved(id, 3, At), new StockShipped(id, 3, At));
    });

    [Fact]
    public Task A_compensated_saga_that_keeps_money_and_stock_is_noticed() => IsViolated(6, async (log, find) =>
    {
        var id = await find(CompletedOrder);
        await log.Append(
            "fulfilment", id, new CompensationStarted("forged", "nobody", CompensationStep.CancelOrder, At),
            new CompensationStepCompleted(CompensationStep.CancelOrder, false, At), new FulfilmentCompensated(At));
    });

    [Fact]
    public Task A_placed_order_without_a_saga_is_noticed() => IsViolated(6, async (log, _) => await log.Append(
        "order", "forgotten", new OrderCreated("forgotten", "ada", "GBP", "pm_ok", null, null, At), new ItemAdded("TEA-ASSAM", 1, 450, null, At),
        new OrderPlaced("forgotten", "ada", "GBP", "pm_ok", null, 450, [new LineItem("TEA-ASSAM", 1, 450, null)], At)));

    [Fact]
    public Task A_saga_parked_without_an_owner_is_noticed() => IsViolated(6, async (log, find) => await log.Append(
        "fulfilment", await find(CompletedOrder), new CompensationStarted("forged", "nobody", CompensationStep.CancelOrder, At),
        new FulfilmentParked(CompensationStep.CancelOrder, "stuck", "", At)));

    [Fact]
    public Task An_event_that_cannot_follow_is_noticed() => IsViolated(2, async (log, find) =>
        await log.Append("order", await find(CompletedOrder), new OrderConfirmed(At)));

    private const string CompletedOrder = """
        select substr(e.stream_id, 12) from events e join streams s on s.tenant = e.tenant and s.stream_id = 'order-' || substr(e.stream_id, 12)
        where e.type = 'fulfilment-completed.v1' and e.tenant = 'default'
            and not exists (select from events o where o.stream_key = s.stream_key and o.type in ('order-shipped.v1', 'order-cancelled.v1'))
        order by 1 limit 1
        """;

    private async Task IsViolated(int invariant, Func<ForgedLog, Func<string, Task<string>>, Task> forge)
    {
        var report = await Forge(forge);

        Assert.Contains(invariant, report.Invariants.Where(line => line.Verdict == Verdict.Violated).Select(line => line.Number));
        Assert.True(report.Invariants.Single(line => line.Number == 1).Verdict == Verdict.Ok, "only the meaning is wrong");
    }

    private async Task<VerificationReport> Forge(Func<ForgedLog, Func<string, Task<string>>, Task> forge)
    {
        await using var database = await FilledDatabase.Copy();
        await using (var store = new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System))
            await forge(new ForgedLog(store), database.Query<string>);
        // As if everything that follows from the forged events had been done.
        await database.Execute("update reaction_checkpoints set position = (select position from log)");
        return await VerificationTests.Run(database, logOnly: true);
    }

    private sealed class ForgedLog(IEventStore store)
    {
        private int commands;

        public async Task Append(string type, string id, params DomainEvent[] events)
        {
            var stream = new StreamName("default", type, id);
            var command = Ids.Derive("forged", $"{++commands}");
            var context = new CommandContext("default", command, "forger", command);
            var append = new Append(
                stream, await store.ReadHead(stream, default), EventCodec.Encode(events, context), new Receipt(command, [1], null, null));
            Assert.IsType<AppendResult.Appended>(await store.Append(append, default));
        }
    }
}
