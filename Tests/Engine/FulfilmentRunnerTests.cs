using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Providers;

namespace OrleansOrders.Tests.Engine;

public sealed class FulfilmentRunnerTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData(PaymentMethods.Ok)]
    [InlineData(PaymentMethods.Slow)]
    [InlineData(PaymentMethods.TimeoutThenOk)]
    [InlineData(PaymentMethods.RefundFails)]
    public async Task A_payment_that_succeeds_completes_the_saga(string method)
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Place("o1", method);
        Assert.IsType<FulfilmentState.Completed>(await engine.WaitForRest("o1"));
        Assert.IsType<OrderState.Confirmed>(await engine.State<OrderState>("o1"));
        Assert.Equal(3_500, Assert.IsType<PaymentState.Captured>(await engine.State<PaymentState>("o1")).Facts.Captured);
        Assert.IsType<ShipmentState.Created>(await engine.State<ShipmentState>("o1"));
        Assert.Equal(3, (await engine.State<StockState>("tea")).Reserved);
        Assert.Equal(["authorize", "capture"], (await engine.Ledger()).Select(entry => entry.Operation));
    }

    [Theory]
    [InlineData(PaymentMethods.Declined, "authorize")]
    [InlineData(PaymentMethods.TimeoutThenDeclined, "authorize")]
    [InlineData(PaymentMethods.CaptureFails, "authorize,capture,void")]
    public async Task A_payment_that_fails_compensates_everything(string method, string ledger)
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Place("o1", method);
        Assert.IsType<FulfilmentState.Compensated>(await engine.WaitForRest("o1"));
        Assert.IsType<OrderState.Cancelled>(await engine.State<OrderState>("o1"));
        Assert.Equal((3, 0), await Pieces(engine, "tea"));
        Assert.Equal((1, 0), await Pieces(engine, "cup"));
        Assert.Equal(ledger, string.Join(',', (await engine.Ledger()).Select(entry => entry.Operation)));
        Assert.DoesNotContain(await engine.Ledger(), entry => entry is { Operation: "capture", Succeeded: true });
    }

    [Fact]
    public async Task Missing_stock_cancels_the_order_before_any_money_moves()
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Send("tea", new ReceiveStock(3, Now));
        await engine.Place("o1", PaymentMethods.Ok, stocked: false);
        Assert.Equal("out-of-stock", Assert.IsType<FulfilmentState.Compensated>(await engine.WaitForRest("o1")).Reason);
        Assert.Equal((3, 0), await Pieces(engine, "tea"));
        Assert.Empty(await engine.Ledger());
    }

    [Fact]
    public async Task A_cancelled_order_gets_its_money_back_after_the_capture()
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Place("o1", PaymentMethods.Ok);
        await engine.WaitForRest("o1");
        await engine.Send("o1", new CancelOrder("changed my mind", Now));
        await engine.WaitForReactions();
        Assert.IsType<FulfilmentState.Compensated>(await engine.WaitForRest("o1"));
        Assert.Equal(3_500, Assert.IsType<PaymentState.Captured>(await engine.State<PaymentState>("o1")).Facts.Refunded);
        Assert.IsType<ShipmentState.Cancelled>(await engine.State<ShipmentState>("o1"));
        Assert.Equal((3, 0), await Pieces(engine, "tea"));
        Assert.Equal(["authorize", "capture", "refund"], (await engine.Ledger()).Select(entry => entry.Operation));
    }

    [Fact]
    public async Task Shipping_and_delivery_take_stock_and_shipment_along()
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Place("o1", PaymentMethods.Ok);
        await engine.WaitForRest("o1");
        await engine.Send("o1", new ShipOrder("post", "T-1", Now));
        await engine.Send("o1", new DeliverOrder(Now));
        await engine.WaitForReactions();
        Assert.IsType<ShipmentState.Delivered>(await engine.State<ShipmentState>("o1"));
        var tea = await engine.State<StockState>("tea");
        Assert.Equal((0, 3, 0), (tea.Reserved, tea.Shipped, tea.Available));
    }

    [Fact]
    public async Task Returned_goods_are_refunded_and_restocked_once()
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Place("o1", PaymentMethods.Ok);
        await engine.WaitForRest("o1");
        await engine.Send("o1", new ShipOrder("post", "T-1", Now));
        await engine.Send("o1", new DeliverOrder(Now));
        await engine.Send("o1", new ReturnItems([new ItemQuantity("tea", 2)], "too strong", Now));
        await engine.WaitForReactions();
        await engine.Restart();
        await engine.WaitForReactions();
        Assert.Equal(2_000, Assert.IsType<PaymentState.Captured>(await engine.State<PaymentState>("o1")).Facts.Refunded);
        Assert.Equal(2, (await engine.State<StockState>("tea")).Available);
        Assert.Single(await engine.Ledger(), entry => entry.Operation == "refund");
    }

    [Fact]
    public async Task Reading_the_whole_log_again_changes_nothing()
    {
        await using var engine = await EngineUnderTest.Start();
        foreach (var method in PaymentMethods.All)
        {
            await engine.Place($"o-{method}", method);
            await engine.WaitForRest($"o-{method}");
        }
        var end = await engine.Store.ReadEnd(CancellationToken.None);
        await engine.Restart();
        await engine.WaitForReactions();
        Assert.Equal(end, await engine.Store.ReadEnd(CancellationToken.None));
        Assert.Empty(engine.Failures);
    }

    private static async Task<(long Available, long Reserved)> Pieces(EngineUnderTest engine, string sku)
    {
        var stock = await engine.State<StockState>(sku);
        return (stock.Available, stock.Reserved);
    }
}
