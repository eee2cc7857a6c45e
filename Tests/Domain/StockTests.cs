using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using static OrleansOrders.Tests.Domain.Support.StockSamples;

namespace OrleansOrders.Tests.Domain;

public sealed class StockTests : AggregateSpec<Stock, StockState, StockCommand>
{
    private static readonly DecisionTable Table = new("""
        receive      | none received reserved released shipped marked counted: received
        reserve      | none: !out-of-stock | received counted: reserved | reserved: = | released shipped marked: !reservation-closed
        reserve-less | none: !out-of-stock | received counted: reserved | reserved: !reservation-mismatch | released shipped marked: !reservation-closed
        release      | none received reserved counted: reservation-released | released shipped marked: =
        ship         | none received counted: !reservation-not-found | reserved: shipped | shipped: = | released marked: !reservation-closed
        count        | none: !stock-would-be-negative | received reserved released shipped marked: adjusted | counted: =
        """);

    public static TheoryData<string, string, string> Cases => Table.Cases();

    [Theory, MemberData(nameof(Cases))]
    public void Command_on_state_is_answered(string command, string state, string outcome)
    {
        var answer = Given(Histories[state]).When(Commands[command]);
        Assert.Equal(outcome, DecisionTable.Describe(Stock.StreamType, answer.Decision));
        if (outcome[0] != '!')
            answer.Accepted();
    }

    [Fact]
    public void The_table_has_every_command_and_every_state()
    {
        Table.IsComplete(Commands.Keys, Histories.Keys);
        DecisionTable.HasEveryKindOf<StockCommand>(Commands.Values);
    }

    [Theory]
    [InlineData("none", 0, 0, 0)]
    [InlineData("received", 10, 0, 0)]
    [InlineData("reserved", 6, 4, 0)]
    [InlineData("released", 10, 0, 0)]
    [InlineData("shipped", 6, 0, 4)]
    [InlineData("marked", 10, 0, 0)]
    [InlineData("counted", 8, 0, 0)]
    public void Pieces_are_in_one_place(string state, long available, long reserved, long shipped)
    {
        var stock = Given(Histories[state]).State;
        Assert.Equal((available, reserved, shipped), (stock.Available, stock.Reserved, stock.Shipped));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Limits.Quantity + 1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_receipt_outside_its_limits_is_refused(long quantity) => Given()
        .When(new ReceiveStock(quantity, Noon)).Refused(Refusals.QuantityInvalid);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((Limits.Quantity * Limits.LinesPerOrder) + 1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_reservation_outside_its_limits_is_refused(long quantity) => Given(Histories["received"])
        .When(new ReserveStock("o1", quantity, Noon)).Refused(Refusals.QuantityInvalid);

    [Theory]
    [InlineData(0)]
    [InlineData(-Limits.Quantity - 1)]
    [InlineData(Limits.Quantity + 1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void An_adjustment_outside_its_limits_is_refused(long quantity) => Given(Histories["received"])
        .When(new AdjustStock(quantity, "count", "count-1", Noon)).Refused(Refusals.QuantityInvalid);

    [Fact]
    public void Receipts_stop_before_their_sum_overflows()
    {
        var almostFull = Given(new StockReceived(Limits.StockTotal - 5, Noon));
        almostFull.When(new ReceiveStock(5, Noon)).Then(new StockReceived(5, Noon));
        almostFull.When(new ReceiveStock(6, Noon)).Refused(Refusals.AmountOverflow);
    }

    [Fact]
    public void Adjustments_stop_before_their_sum_overflows()
    {
        var almostFull = Given(new StockAdjusted(Limits.StockTotal - 5, "count", "count-0", Noon));
        almostFull.When(new AdjustStock(5, "count", "count-1", Noon)).Accepted();
        almostFull.When(new AdjustStock(6, "count", "count-1", Noon)).Refused(Refusals.AmountOverflow);
    }

    [Fact]
    public void The_last_piece_can_be_reserved_and_no_other_order_gets_it()
    {
        var state = Given(Histories["reserved"]).When(new ReserveStock("o2", 6, Noon)).Then(new StockReserved("o2", 6, Noon));
        Assert.Equal(0, state.Available);
        Given(Histories["reserved"]).When(new ReserveStock("o2", 7, Noon)).Refused(Refusals.OutOfStock);
    }

    [Fact]
    public void Reserved_pieces_cannot_be_counted_away() => Given(Histories["reserved"])
        .When(new AdjustStock(-7, "count", "count-1", Noon)).Refused(Refusals.StockWouldBeNegative);

    [Fact]
    public void A_release_that_comes_before_the_reservation_wins() => GivenCommands(
            new ReceiveStock(10, Noon), new ReleaseReservation("o1", Noon))
        .When(new ReserveStock("o1", 4, Noon)).Refused(Refusals.ReservationClosed);

    [Fact]
    public void An_adjustment_may_be_named_like_an_order_that_is_over() => Given(Histories["shipped"])
        .When(new AdjustStock(4, "return", "o1", Noon)).Then(new StockAdjusted(4, "return", "o1", Noon));

    [Fact]
    public void An_order_may_be_named_like_an_adjustment() => Given(Histories["counted"])
        .When(new ReserveStock("count-1", 1, Noon)).Then(new StockReserved("count-1", 1, Noon));

    [Fact]
    public void Only_the_newest_closed_reservations_are_remembered()
    {
        var marks = Enumerable.Range(0, Limits.ClosedReservations + 1).Select(i => (DomainEvent)new ReservationReleased($"x{i}", 0, Noon));
        var stock = Given([new StockReceived(10, Noon), .. marks]);
        Assert.Equal(Limits.ClosedReservations, stock.State.ReleasedOrders.Count);
        stock.When(new ReserveStock("x1", 1, Noon)).Refused(Refusals.ReservationClosed);
        stock.When(new ReserveStock("x0", 1, Noon)).Accepted();
    }

    [Fact]
    public void A_reference_that_is_known_keeps_its_place()
    {
        var references = RecentReferences.None.Add("a").Add("b").Add("a");
        Assert.Equal(["a", "b"], references.OldestFirst);
        Assert.Equal(2, references.Count);
    }
}
