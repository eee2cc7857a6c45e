using OrleansOrders.Cli.Import;
using OrleansOrders.Domain;
using Xunit;

namespace OrleansOrders.Tests.Cli.Import;

public sealed class ImportPlannerTests
{
    [Theory]
    [InlineData("0", "2.55", RejectReasons.QuantityNotPositive)]
    [InlineData("-6", "0", RejectReasons.QuantityNotPositive)]
    [InlineData("six", "2.55", RejectReasons.QuantityNotANumber)]
    [InlineData("", "2.55", RejectReasons.QuantityNotANumber)]
    [InlineData("1.5", "2.55", RejectReasons.QuantityNotWhole)]
    [InlineData("1000001", "2.55", RejectReasons.QuantityTooLarge)]
    [InlineData("99999999999999999999", "2.55", RejectReasons.QuantityTooLarge)]
    [InlineData("6", "0.0", RejectReasons.PriceNotPositive)]
    [InlineData("6", "-11062.06", RejectReasons.PriceNotPositive)]
    [InlineData("6", "0.001", RejectReasons.PriceRoundsToZero)]
    [InlineData("6", "0.005", RejectReasons.PriceRoundsToZero)]
    [InlineData("6", "1e3", RejectReasons.PriceNotANumber)]
    [InlineData("6", "100000000.01", RejectReasons.PriceTooLarge)]
    [InlineData("6", "79228162514264337593543950335", RejectReasons.PriceTooLarge)]
    public void A_line_is_rejected_for_its_quantity_or_price(string quantity, string price, string reason)
    {
        var plan = Plan(Line() with { Quantity = quantity, UnitPrice = price });

        Assert.Equal([new RejectCount(reason, 1, 2)], plan.Lines.Rejected);
        Assert.Equal([new RejectCount(RejectReasons.NoGoodLine, 1, 2)], plan.Invoices.Rejected);
        Assert.Empty(plan.Orders);
    }

    [Fact]
    public void A_line_is_rejected_for_its_texts()
    {
        var plan = Plan(
            Line() with { Invoice = "" },
            Line() with { Sku = "" },
            Line() with { Date = "yesterday" },
            Line() with { Date = "2010-02-30 00:00:00" },
            Line() with { Description = "a\0b" },
            Line() with { Description = new string('D', Limits.TextLength + 1) },
            Line() with { Sku = new string('S', Limits.SkuLength + 1) },
            Line() with { Sku = "POSTAGE & PACKING" },
            Line() with { Customer = "12 34" });

        Assert.Equal(
            [
                (RejectReasons.ControlCharacter, 1L), (RejectReasons.CustomerNotValid, 1), (RejectReasons.DateNotValid, 2),
                (RejectReasons.InvoiceMissing, 1), (RejectReasons.StockCodeMissing, 1), (RejectReasons.StockCodeNotValid, 2),
                (RejectReasons.TextTooLong, 1),
            ],
            plan.Lines.Rejected.Select(reject => (reject.Reason, reject.Count)));
        Assert.Equal(9, plan.Lines.Read);
    }

    [Theory]
    [InlineData("2.545", 254)]
    [InlineData("2.555", 256)]
    [InlineData("2.5", 250)]
    [InlineData("0.006", 1)]
    public void Prices_are_rounded_half_even_to_pence(string price, long pence) =>
        Assert.Equal(pence, Plan(Line() with { UnitPrice = price }).Orders.Single().Lines.Single().UnitPrice);

    [Theory]
    [InlineData("17850.0", "17850")]
    [InlineData("17850", "17850")]
    [InlineData("A.0", "A.0")]
    [InlineData("", "guest-536365")]
    public void Customers_keep_their_number_and_a_missing_one_is_a_guest(string customer, string expected) =>
        Assert.Equal(expected, Plan(Line() with { Customer = customer }).Orders.Single().CustomerId);

    [Fact]
    public void A_guest_of_an_odd_invoice_number_has_an_id_that_the_server_takes() =>
        Assert.All(new[] { "5363/65", "a b", "5" }, invoice => Assert.True(
            OrleansOrders.Http.Texts.IsId(Plan(Line() with { Invoice = invoice, Customer = "" }).Orders.Single().CustomerId)));

    [Theory]
    [InlineData("2010-12-01 08:26:00")]
    [InlineData("2010-12-01 08:26")]
    [InlineData("12/1/2010 8:26")]
    public void Dates_are_universal_time(string date) =>
        Assert.Equal(new DateTimeOffset(2010, 12, 1, 8, 26, 0, TimeSpan.Zero), Plan(Line() with { Date = date }).Orders.Single().At);

    [Fact]
    public void Lines_of_an_invoice_belong_together_and_merge_by_sku_and_price()
    {
        var plan = Plan(
            Line() with { Invoice = "1", Sku = "A", Quantity = "2", UnitPrice = "1.00" },
            Line() with { Invoice = "2", Sku = "A", Quantity = "1", UnitPrice = "1.00" },
            Line() with { Invoice = "1", Sku = "A", Quantity = "3", UnitPrice = "1.50" },
            Line() with { Invoice = "1", Sku = "A", Quantity = "4", UnitPrice = "1.00" },
            Line() with { Invoice = "1", Sku = "a", Quantity = "5", UnitPrice = "0.10" });

        Assert.Equal(["1", "2"], plan.Orders.Select(order => order.Invoice));
        Assert.Equal([("A", 6L, 100L), ("A", 3, 150), ("a", 5, 10)], plan.Orders[0].Lines.Select(line => (line.Sku, line.Quantity, line.UnitPrice)));
        Assert.Equal(1100, plan.Orders[0].Total);
        Assert.Equal(1200, plan.Gross);
        Assert.Equal(5, plan.Lines.Accepted);
    }

    [Fact]
    public void A_line_of_another_customer_does_not_slip_into_an_invoice()
    {
        var plan = Plan(
            Line() with { Customer = "" }, Line() with { Customer = "17850.0", Sku = "B" }, Line() with { Customer = "99", Sku = "C" });

        Assert.Equal("17850", plan.Orders.Single().CustomerId);
        Assert.Equal(["85123A", "B"], plan.Orders.Single().Lines.Select(line => line.Sku));
        Assert.Equal([new RejectCount(RejectReasons.CustomerDiffers, 1, 4)], plan.Lines.Rejected);
    }

    [Fact]
    public void An_invoice_beyond_the_limits_of_an_order_is_rejected_whole()
    {
        var many = Enumerable.Range(0, Limits.LinesPerOrder + 1).Select(i => Line() with { Invoice = "many", Sku = $"S{i}" });
        var pieces = Enumerable.Repeat(Line() with { Invoice = "pieces", Quantity = "600000", UnitPrice = "0.01" }, 2);
        var value = Enumerable.Range(0, 2).Select(i => Line() with { Invoice = "value", Sku = $"S{i}", Quantity = "1000", UnitPrice = "9999999" });

        var plan = Plan([.. many, .. pieces, .. value]);

        Assert.Empty(plan.Orders);
        Assert.Equal((RejectReasons.InvoiceTooLarge, 3L), plan.Invoices.Rejected.Select(reject => (reject.Reason, reject.Count)).Single());
        Assert.Equal((RejectReasons.InvoiceTooLarge, Limits.LinesPerOrder + 5L), plan.Lines.Rejected.Select(reject => (reject.Reason, reject.Count)).Single());
    }

    [Fact]
    public void Stock_is_received_per_sku_in_parts_under_keys_of_its_content()
    {
        SourceLine[] lines =
        [
            Line() with { Invoice = "1", Sku = "B", Quantity = "1000000", UnitPrice = "0.01" },
            Line() with { Invoice = "2", Sku = "B", Quantity = "500001", UnitPrice = "0.01" },
            Line() with { Invoice = "2", Sku = "A", Quantity = "7" },
            Line() with { Invoice = "C2", Sku = "A", Quantity = "-7" },
        ];

        var plan = Plan(lines);

        Assert.Equal([("A", 7L), ("B", 1_000_000), ("B", 500_001)], plan.Receipts.Select(receipt => (receipt.Sku, receipt.Quantity)));
        Assert.Equal(3, plan.Receipts.Select(receipt => receipt.Key).Distinct().Count());
        Assert.Equal(plan.Receipts, Plan(lines).Receipts);
        lines[1] = lines[1] with { Quantity = "500002" };
        Assert.DoesNotContain(Plan(lines).Receipts[2].Key, plan.Receipts.Select(receipt => receipt.Key));
    }

    [Fact]
    public void Keys_of_odd_invoice_numbers_fit_into_a_header_and_stay_apart()
    {
        string[] keys = [.. new[] { "536365", "5363 65", "ü", "~x", "a:items:2", "a" }.Select(ImportKeys.Order), ImportKeys.Items("a", 2)];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.True(key.Length < 80 && key.All(character => character is > ' ' and < '\x7f'), key));
    }

    internal static SourceLine Line() =>
        new(2, "536365", "85123A", "WHITE HANGING HEART", "6", "2010-12-01 08:26:00", "2.55", "17850.0", "United Kingdom");

    internal static ImportPlan Plan(params SourceLine[] lines)
    {
        var planner = new ImportPlanner();
        for (var i = 0; i < lines.Length; i++)
            planner.Add(lines[i] with { Number = i + 2 });
        return planner.Finish();
    }
}
