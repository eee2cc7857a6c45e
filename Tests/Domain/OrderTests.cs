using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using static OrleansOrders.Tests.Domain.Support.OrderSamples;

namespace OrleansOrders.Tests.Domain;

public sealed class OrderTests : AggregateSpec<Order, OrderState, OrderCommand>
{
    [Fact]
    public void Creating_and_placing_is_one_decision() => Given()
        .When(Create)
        .Then(Created, TwoLamps, Placed with { Total = 500, Lines = [new LineItem("LAMP", 2, 250, "A lamp")] });

    [Fact]
    public void An_order_that_is_not_placed_at_once_stays_a_draft()
    {
        var state = Given().When(Create with { Place = false }).Then(Created, TwoLamps);
        Assert.Equal(500, Assert.IsType<OrderState.Draft>(state).Facts.Total);
    }

    [Fact]
    public void A_draft_may_start_without_lines() => Given().When(Create with { Place = false, Lines = [] }).Then(Created);

    [Fact]
    public void An_order_without_lines_is_not_created_and_placed() => Given()
        .When(Create with { Lines = [] }).Refused(Refusals.OrderEmpty);

    [Theory]
    [InlineData("GBX")]
    [InlineData("gbp")]
    [InlineData("")]
    [InlineData("XAU")]
    public void A_currency_outside_the_table_is_refused(string currency) => Given()
        .When(Create with { Currency = currency }).Refused(Refusals.CurrencyUnknown);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Limits.Quantity + 1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_quantity_outside_its_limits_is_refused(long quantity)
    {
        Given().When(Create with { Lines = Samples.Lines(("LAMP", quantity, 1)) }).Refused(Refusals.QuantityInvalid);
        Given(Draft).When(new AddItems(Samples.Lines(("MUG", quantity, 100)), Noon)).Refused(Refusals.QuantityInvalid);
        Given(Draft).When(new ChangeQuantity("LAMP", 250, quantity, Noon)).Refused(Refusals.QuantityInvalid);
        Given(UpToDelivered).When(new ReturnItems(Samples.Pieces(("LAMP", quantity)), "broken", Noon)).Refused(Refusals.QuantityInvalid);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Limits.UnitPrice + 1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_price_outside_its_limits_is_refused(long unitPrice)
    {
        Given().When(Create with { Lines = Samples.Lines(("LAMP", 1, unitPrice)) }).Refused(Refusals.PriceInvalid);
        Given(Draft).When(new AddItems(Samples.Lines(("MUG", 1, unitPrice)), Noon)).Refused(Refusals.PriceInvalid);
        Given(Draft).When(new ChangeQuantity("LAMP", unitPrice, 1, Noon)).Refused(Refusals.PriceInvalid);
    }

    [Fact]
    public void Lines_of_one_sku_and_price_become_one()
    {
        var state = Given(Draft)
            .When(new AddItems(Samples.Lines(("LAMP", 3, 250), ("LAMP", 1, 240), ("LAMP", 1, 250)), Noon))
            .Then(
                new QuantityChanged("LAMP", 250, 5, Noon), new ItemAdded("LAMP", 1, 240, null, Noon),
                new QuantityChanged("LAMP", 250, 6, Noon));
        Assert.Equal((6 * 250) + 100 + 240, Assert.IsType<OrderState.Draft>(state).Facts.Total);
    }

    [Fact]
    public void Merged_lines_keep_to_the_limit_of_one_line() => Given(Draft)
        .When(new AddItems(Samples.Lines(("LAMP", Limits.Quantity - 1, 250)), Noon)).Refused(Refusals.QuantityInvalid);

    [Fact]
    public void One_bad_line_refuses_all_of_them() => Given(Draft)
        .When(new AddItems(Samples.Lines(("FRAME", 1, 10), ("FRAME", 0, 10)), Noon)).Refused(Refusals.QuantityInvalid);

    [Fact]
    public void Nothing_to_add_changes_nothing() => Given(Draft).When(new AddItems([], Noon)).ChangesNothing();

    [Fact]
    public void The_largest_total_is_accepted_and_one_more_minor_unit_is_not()
    {
        var prices = Enumerable.Range(0, 100).Select(i => ($"S{i}", 1L, Limits.UnitPrice)).ToArray();
        Given().When(Create with { Lines = Samples.Lines(prices) }).Accepted();
        Given().When(Create with { Lines = [.. Samples.Lines(prices), new LineItem("MUG", 1, 1, null)] }).Refused(Refusals.AmountOverflow);
    }

    [Fact]
    public void A_total_that_does_not_fit_a_long_is_refused() => Given()
        .When(Create with { Lines = Samples.Lines([.. Enumerable.Range(0, 1000).Select(i => ($"S{i}", Limits.Quantity, Limits.UnitPrice))]) })
        .Refused(Refusals.AmountOverflow);

    [Fact]
    public void Changing_a_quantity_keeps_to_the_largest_total() => Given(
            Created, new ItemAdded("GOLD", 1, Limits.UnitPrice, null, Noon))
        .When(new ChangeQuantity("GOLD", Limits.UnitPrice, 101, Noon)).Refused(Refusals.AmountOverflow);

    [Fact]
    public void An_order_has_at_most_a_thousand_lines()
    {
        var lines = Enumerable.Range(0, Limits.LinesPerOrder).Select(i => ($"S{i}", 1L, 1L)).ToArray();
        var full = GivenCommands(Create with { Place = false, Lines = Samples.Lines(lines) });
        full.When(new AddItems(Samples.Lines(("S0", 1, 1)), Noon)).Then(new QuantityChanged("S0", 1, 2, Noon));
        full.When(new AddItems(Samples.Lines(("MUG", 1, 1)), Noon)).Refused(Refusals.OrderTooLarge);
    }

    [Fact]
    public void A_quantity_that_is_so_already_changes_nothing() => Given(Draft)
        .When(new ChangeQuantity("LAMP", 250, 2, Noon)).ChangesNothing();

    [Fact]
    public void A_line_is_found_by_sku_and_price_together() => Given(Draft)
        .When(new ChangeQuantity("LAMP", 251, 2, Noon)).Refused(Refusals.ItemNotFound);

    [Fact]
    public void Removing_a_sku_removes_its_lines_at_every_price()
    {
        var state = Given([.. Draft, new ItemAdded("LAMP", 1, 240, null, Noon)])
            .When(new RemoveItem("LAMP", Noon)).Then(new ItemRemoved("LAMP", Noon));
        Assert.Equal(100, Assert.IsType<OrderState.Draft>(state).Facts.Total);
    }

    [Fact]
    public void A_sku_is_told_apart_by_case() => Given(Draft).When(new RemoveItem("lamp", Noon)).Refused(Refusals.ItemNotFound);

    [Fact]
    public void A_placed_order_that_is_cancelled_tells_what_was_placed_and_when()
    {
        var later = Noon.AddHours(1);
        var state = Given([.. Draft, Placed, Confirmed])
            .When(new CancelOrder("too late", later)).Then(new OrderCancelled("too late", Placed, later));
        var facts = Assert.IsType<OrderState.Cancelled>(state).Facts;
        Assert.Equal((Noon, later, "too late"), (facts.PlacedAt, facts.CancelledAt, facts.CancelReason));
    }

    [Fact]
    public void Shipping_tells_the_pieces_of_each_sku_in_order() => Given(
            Created, new ItemAdded("MUG", 1, 100, null, Noon), new ItemAdded("LAMP", 2, 250, null, Noon),
            new ItemAdded("LAMP", 1, 240, null, Noon), Placed, Confirmed)
        .When(new ShipOrder("dhl", "T1", Noon))
        .Then(new OrderShipped("dhl", "T1", Samples.Pieces(("LAMP", 3), ("MUG", 1)), Noon));

    [Fact]
    public void A_return_takes_the_oldest_lines_of_the_sku_first_each_at_its_price() => Given(
            Created, new ItemAdded("LAMP", 2, 250, null, Noon), new ItemAdded("MUG", 1, 100, null, Noon),
            new ItemAdded("LAMP", 2, 240, null, Noon), Placed, Confirmed, Shipped, Delivered, new ItemReturned("LAMP", 1, 250, "broken", Noon))
        .When(new ReturnItems(Samples.Pieces(("LAMP", 2)), "wrong colour", Noon))
        .Then(new ItemReturned("LAMP", 1, 250, "wrong colour", Noon), new ItemReturned("LAMP", 1, 240, "wrong colour", Noon));

    [Fact]
    public void A_sku_twice_in_one_return_counts_twice()
    {
        Given(UpToDelivered).When(new ReturnItems(Samples.Pieces(("LAMP", 1), ("LAMP", 1)), "broken", Noon)).Accepted();
        Given(UpToDelivered).When(new ReturnItems(Samples.Pieces(("LAMP", 1), ("LAMP", 2)), "broken", Noon))
            .Refused(Refusals.ReturnExceedsDelivered);
    }

    [Fact]
    public void Goods_that_were_never_ordered_cannot_be_returned() => Given(UpToDelivered)
        .When(new ReturnItems(Samples.Pieces(("LAMP", 1), ("FRAME", 1)), "broken", Noon)).Refused(Refusals.ReturnExceedsDelivered);
}
