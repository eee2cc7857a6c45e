using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("JPY", 0, 1)]
    [InlineData("KRW", 0, 1)]
    [InlineData("CLP", 0, 1)]
    [InlineData("GBP", 2, 100)]
    [InlineData("USD", 2, 100)]
    [InlineData("EUR", 2, 100)]
    [InlineData("XCG", 2, 100)]
    [InlineData("KWD", 3, 1000)]
    [InlineData("TND", 3, 1000)]
    public void A_currency_has_its_decimals(string code, int decimals, int scale)
    {
        Assert.True(Currencies.IsKnown(code));
        Assert.Equal((decimals, scale), (Currencies.Decimals(code), Currencies.Scale(code)));
    }

    [Theory]
    [InlineData("XAU")]
    [InlineData("XTS")]
    [InlineData("XXX")]
    [InlineData("gbp")]
    [InlineData("GB")]
    [InlineData("GBPX")]
    [InlineData(" GBP")]
    [InlineData("")]
    public void What_is_not_in_the_table_is_unknown(string code)
    {
        Assert.False(Currencies.IsKnown(code));
        Assert.Throws<KeyNotFoundException>(() => Currencies.Decimals(code));
    }

    // The table is pinned: whoever changes it must mean to.
    [Fact]
    public void The_table_has_as_many_currencies_of_each_kind_as_were_agreed()
    {
        Assert.All(Currencies.Codes, code => Assert.Matches("^[A-Z]{3}$", code));
        var byDecimals = Currencies.Codes.GroupBy(Currencies.Decimals).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal((16, 133, 7), (byDecimals[0], byDecimals[2], byDecimals[3]));
    }
}
