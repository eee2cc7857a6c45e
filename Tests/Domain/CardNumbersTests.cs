using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain;

public sealed class CardNumbersTests
{
    [Theory]
    [InlineData("4111111111111111")]
    [InlineData("4111 1111 1111 1111")]
    [InlineData("4111-1111-1111-1111")]
    [InlineData("378282246310005")]
    [InlineData("4222222222222")]
    [InlineData("6304000000000000000")]
    [InlineData("my card is 5555555555554444, thanks")]
    [InlineData("no. 12 4111 1111 1111 1111")]
    [InlineData("4111 1111 1111 1111 123")]
    [InlineData("card4111111111111111")]
    [InlineData("4111\u00A01111\u20131111\u00A01111")]
    [InlineData("４１１１１１１１１１１１１１１１")]
    public void A_card_number_is_recognised(string text) => Assert.True(CardNumbers.Occur(text));

    [Theory]
    [InlineData("")]
    [InlineData("4111111111111112")]
    [InlineData("411111111111")]
    [InlineData("41111111111111111111")]
    [InlineData("4111.1111.1111.1111")]
    [InlineData("2010-12-01 08:26:00")]
    [InlineData("WHITE HANGING HEART T-LIGHT HOLDER")]
    public void What_is_no_card_number_passes(string text) => Assert.False(CardNumbers.Occur(text));

    [Theory]
    [InlineData("4111a111-1111-1111-4111-111111111111")]
    [InlineData("4111111111111111abcdef0123456789")]
    [InlineData("4111111111111111abcdefghjk")]
    [InlineData("o4111111111111111abcdef0123456789")]
    [InlineData("order-4111a111-1111-1111-4111-111111111111")]
    [InlineData("ord_4111111111111111abcdefghjk")]
    public void A_whole_identifier_passes_whatever_digits_it_holds(string text) => Assert.False(CardNumbers.Occur(text));

    [Theory]
    [InlineData("o 4111111111111111abcdef0123456789")]
    [InlineData("o7-4111111111111111abcdef0123456789")]
    [InlineData("mycardnumberwhichis4111111111111111abcdef0123456789")]
    [InlineData("order-41111111111111111111111111111111 4111111111111111")]
    public void More_than_a_word_before_an_identifier_makes_it_a_text(string text) => Assert.True(CardNumbers.Occur(text));

    [Fact]
    public void An_identifier_without_a_letter_is_no_identifier() => Assert.True(CardNumbers.Occur("41111111-1111-1111-4111-111111111111"));

    [Fact]
    public void Each_digit_counts_so_that_no_neighbour_of_a_number_passes_for_one()
    {
        const string number = "4111111111111111";
        for (var i = 0; i < number.Length; i++)
        {
            var other = (char)('0' + ((number[i] - '0' + 1) % 10));
            Assert.False(CardNumbers.Occur(number[..i] + other + number[(i + 1)..]));
        }
    }

    [Fact]
    public void Every_number_made_with_its_check_digit_is_recognised_grouped_or_not()
    {
        var random = new Random(20_260_701);
        for (var i = 0; i < 5_000; i++)
        {
            var digits = Number(random, random.Next(13, 20));
            var grouped = string.Join(random.Next(2) == 0 ? " " : "-", digits.Chunk(4).Select(chunk => new string(chunk)));
            Assert.True(CardNumbers.Occur(digits), digits);
            Assert.True(CardNumbers.Occur($"pay {grouped} now"), grouped);
        }
    }

    [Fact]
    public void A_path_is_looked_at_by_its_segments()
    {
        Assert.True(CardNumbers.OccurInPath("/v1/orders/4111111111111111"));
        Assert.False(CardNumbers.OccurInPath("/v1/orders/4111111111111111abcdefghjk/items"));
        Assert.False(CardNumbers.OccurInPath("/41111111/11111111"));
    }

    private static string Number(Random random, int length)
    {
        var body = string.Concat(Enumerable.Range(0, length - 1).Select(_ => random.Next(10)));
        var sum = body.Reverse().Select((c, i) => (c - '0') * (i % 2 == 0 ? 2 : 1)).Sum(digit => digit > 9 ? digit - 9 : digit);
        return body + ((10 - (sum % 10)) % 10);
    }
}
