using System.Globalization;
using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain;

public sealed class MoneyTests
{
    [Theory]
    [InlineData("2.545", "GBP", 254)]
    [InlineData("2.555", "GBP", 256)]
    [InlineData("2.5450001", "GBP", 255)]
    [InlineData("-2.545", "GBP", -254)]
    [InlineData("0.005", "GBP", 0)]
    [InlineData("0.015", "GBP", 2)]
    [InlineData("0", "GBP", 0)]
    [InlineData("100.5", "JPY", 100)]
    [InlineData("101.5", "JPY", 102)]
    [InlineData("1.2345", "KWD", 1234)]
    [InlineData("1.2355", "KWD", 1236)]
    [InlineData("92233720368547758.07", "GBP", long.MaxValue)]
    public void A_decimal_is_rounded_half_even_to_minor_units(string amount, string currency, long minorUnits) =>
        Assert.Equal(minorUnits, Money.FromDecimal(decimal.Parse(amount, CultureInfo.InvariantCulture), currency));

    [Theory]
    [InlineData("92233720368547758.08", "GBP")]
    [InlineData("79228162514264337593543950335", "GBP")]
    [InlineData("-92233720368547758.09", "GBP")]
    public void A_decimal_that_does_not_fit_throws(string amount, string currency) =>
        Assert.Throws<OverflowException>(() => Money.FromDecimal(decimal.Parse(amount, CultureInfo.InvariantCulture), currency));

    [Theory]
    [InlineData(254, "GBP", "2.54")]
    [InlineData(254, "JPY", "254")]
    [InlineData(254, "BHD", "0.254")]
    [InlineData(-1, "GBP", "-0.01")]
    public void Minor_units_become_a_decimal(long minorUnits, string currency, string amount) =>
        Assert.Equal(decimal.Parse(amount, CultureInfo.InvariantCulture), Money.ToDecimal(minorUnits, currency));

    [Fact]
    public void A_total_is_the_sum_of_quantity_times_price()
    {
        Assert.Equal(0, Money.Total([]));
        Assert.Equal(507, Money.Total([Line(2, 250), Line(7, 1)]));
    }

    [Fact]
    public void A_total_that_does_not_fit_throws_or_says_so()
    {
        Assert.Throws<OverflowException>(() => Money.Total([Line(long.MaxValue, 2)]));
        Assert.Throws<OverflowException>(() => Money.Total([Line(long.MaxValue, 1), Line(1, 1)]));
        Assert.False(Money.TryTotal([Line(long.MaxValue, long.MaxValue), Line(long.MaxValue, long.MaxValue)], out var none));
        Assert.Equal(0, none);
        Assert.True(Money.TryTotal([Line(long.MaxValue, 1)], out var largest));
        Assert.Equal(long.MaxValue, largest);
    }

    [Fact]
    public void Pieces_are_added_up_for_each_sku_in_ordinal_order() => Assert.Equal(
        [new ItemQuantity("A", 4), new ItemQuantity("B", 2), new ItemQuantity("a", 1)],
        LineItem.PerSku([new ItemQuantity("a", 1), new ItemQuantity("B", 2), new ItemQuantity("A", 3), new ItemQuantity("A", 1)]).ToArray());

    private static OrderLine Line(long quantity, long unitPrice) => new("LAMP", quantity, unitPrice, null, 0);
}
