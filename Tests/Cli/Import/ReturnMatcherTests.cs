using OrleansOrders.Cli.Import;
using OrleansOrders.Domain;
using Xunit;

namespace OrleansOrders.Tests.Cli.Import;

public sealed class ReturnMatcherTests
{
    [Fact]
    public void Returned_goods_belong_to_the_customers_latest_order_before_the_return()
    {
        var plan = Plan(
            Bought("1", day: 1), Bought("2", day: 2), Bought("3", day: 4), Bought("9", day: 2) with { Customer = "other" },
            Returned("C1", day: 3, quantity: -2));

        Assert.Equal(("C1", "2"), plan.Returns.Select(returned => (returned.Invoice, returned.Order)).Single());
        Assert.Equal([new ItemQuantity("A", 2)], plan.Returns[0].Lines);
        Assert.Equal(200, plan.Refunds);
    }

    [Fact]
    public void An_order_gives_back_no_more_than_it_holds_and_an_earlier_one_takes_the_rest()
    {
        var plan = Plan(
            Bought("1", day: 1), Bought("2", day: 2),
            Returned("C1", day: 3, quantity: -4), Returned("C2", day: 3, quantity: -3), Returned("C3", day: 3, quantity: -3));

        Assert.Equal([("C1", "2"), ("C2", "1")], plan.Returns.Select(returned => (returned.Invoice, returned.Order)));
        Assert.Equal([new RejectCount(RejectReasons.MoreThanWasBought, 1, 6)], plan.ReturnLines.Rejected);
        Assert.Equal((3L, 2L), (plan.ReturnInvoices.Read, plan.ReturnInvoices.Accepted));
    }

    [Fact]
    public void Of_two_orders_at_the_same_time_the_later_line_of_the_file_is_the_later_order() =>
        Assert.Equal("2", Plan(Bought("1", day: 1), Bought("2", day: 1), Returned("C1", day: 1)).Returns.Single().Order);

    [Fact]
    public void Unmatched_lines_are_rejected_each_for_its_own_reason()
    {
        var plan = Plan(
            Bought("1", day: 1), Bought("2", day: 1) with { Customer = "" },
            Returned("C1", day: 2) with { Customer = "" },
            Returned("C2", day: 2) with { Sku = "B" },
            Returned("C3", day: 0),
            Returned("C4", day: 2, quantity: -6),
            Returned("C5", day: 2, quantity: 1),
            Returned("C6", day: 2) with { UnitPrice = "0" });

        Assert.Empty(plan.Returns);
        Assert.Equal(
            [
                new RejectCount(RejectReasons.MoreThanWasBought, 1, 7), new RejectCount(RejectReasons.NoSuchOrder, 2, 5),
                new RejectCount(RejectReasons.PriceNotPositive, 1, 9), new RejectCount(RejectReasons.QuantityNotNegative, 1, 8),
                new RejectCount(RejectReasons.ReturnWithoutCustomer, 1, 4),
            ],
            plan.ReturnLines.Rejected);
        Assert.Equal([new RejectCount(RejectReasons.NoGoodLine, 6, 4)], plan.ReturnInvoices.Rejected);
        Assert.Equal(2, plan.Lines.Read);
    }

    [Fact]
    public void The_refund_is_what_the_rules_of_the_order_will_give()
    {
        SourceLine[] lines =
        [
            Bought("1", day: 1) with { Quantity = "2", UnitPrice = "3.00" }, Bought("1", day: 1) with { Quantity = "9", UnitPrice = "1.00" },
            Bought("1", day: 1) with { Quantity = "1", UnitPrice = "3.00" }, Bought("1", day: 1) with { Sku = "B" },
            Returned("C1", day: 2, quantity: -2), Returned("C1", day: 2, quantity: -4), Returned("C1", day: 2, quantity: -1) with { Sku = "B" },
        ];

        var plan = Plan(lines);

        var returned = plan.Returns.Single();
        Assert.Equal([new ItemQuantity("A", 6), new ItemQuantity("B", 1)], returned.Lines);
        var delivered = Delivered(plan.Orders.Single());
        var decided = (Decision.Accepted)Order.Decide(delivered, new ReturnItems([.. returned.Lines], "returned", plan.Orders[0].At));
        Assert.Equal(decided.Events.Cast<ItemReturned>().Sum(item => item.Quantity * item.UnitPrice), returned.Refund);
        Assert.Equal(1300, returned.Refund);
    }

    private static OrderState Delivered(PlannedOrder order)
    {
        var at = order.At;
        OrderCommand[] commands =
        [
            new CreateOrder("o", order.CustomerId, "GBP", "pm_ok", null, null, [.. order.Lines], true, at), new ConfirmOrder(at),
            new ShipOrder("import", "1", at), new DeliverOrder(at),
        ];
        return commands.Aggregate(Order.Initial, (state, command) =>
            ((Decision.Accepted)Order.Decide(state, command)).Events.Aggregate(state, Order.Evolve));
    }

    private static SourceLine Bought(string invoice, int day) => ImportPlannerTests.Line() with
    {
        Invoice = invoice, Sku = "A", Quantity = "5", UnitPrice = "1.00", Date = $"2010-12-{day + 10} 10:00:00",
    };

    private static SourceLine Returned(string invoice, int day, int quantity = -1) =>
        Bought(invoice, day) with { Quantity = quantity.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private static ImportPlan Plan(params SourceLine[] lines) => ImportPlannerTests.Plan(lines);
}
