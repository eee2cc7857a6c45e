using System.Text.RegularExpressions;
using OrleansOrders.Http;

namespace OrleansOrders.Tests.Http;

public sealed class TextsTests
{
    [Theory]
    [InlineData("17850", true)]
    [InlineData("guest-536365", true)]
    [InlineData("a.b_c:d", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("a@b", false)]
    [InlineData("é", false)]
    public void An_id_is_of_the_stated_characters(string text, bool isGood) => AssertBoth(Texts.IsId(text), Texts.IdPattern, text, isGood);

    [Theory]
    [InlineData("85123A", true)]
    [InlineData("BANK CHARGES", true)]
    [InlineData("gift_0001_40", true)]
    [InlineData("A", true)]
    [InlineData("A ", false)]
    [InlineData(" A", false)]
    [InlineData("A/B", false)]
    [InlineData("A\u0000", false)]
    [InlineData("A%", false)]
    public void A_sku_is_of_the_stated_characters(string text, bool isGood) => AssertBoth(Texts.IsSku(text), Texts.SkuPattern, text, isGood);

    [Fact]
    public void Ids_and_skus_have_at_most_64_characters()
    {
        Assert.True(Texts.IsId(new string('a', 64)) && Texts.IsSku(new string('a', 64)));
        Assert.False(Texts.IsId(new string('a', 65)) || Texts.IsSku(new string('a', 65)));
        Assert.DoesNotMatch(Texts.IdPattern, new string('a', 65));
        Assert.DoesNotMatch(Texts.SkuPattern, new string('a', 65));
    }

    [Theory]
    [InlineData("a b", null)]
    [InlineData("Ünï 😀", null)]
    [InlineData("a\0", "control-character")]
    [InlineData("a\nb", "control-character")]
    [InlineData("a\u007f", "control-character")]
    [InlineData("a\u0085", "control-character")]
    public void Texts_hold_no_control_characters(string text, string? code) => Assert.Equal(code, Texts.Refuse(text));

    [Fact]
    public void Texts_hold_no_half_of_a_surrogate_pair()
    {
        Assert.Equal("invalid-text", Texts.Refuse("a\ud83d"));
        Assert.Equal("invalid-text", Texts.Refuse("\ude00a"));
        Assert.Equal("invalid-text", Texts.Refuse("\ude00\ud83d"));
    }

    [Theory]
    [InlineData("2010-12-01T08:26:00Z", "2010-12-01T08:26:00Z")]
    [InlineData("2010-12-01T08:26Z", "2010-12-01T08:26:00Z")]
    [InlineData("2010-12-01T08:26:00.5+02:00", "2010-12-01T06:26:00.5Z")]
    [InlineData("2010-12-01T00:30:00-05:30", "2010-12-01T06:00:00Z")]
    public void A_time_is_read_with_its_offset(string text, string utc)
    {
        Assert.True(Texts.TryParseTime(text, out var time));
        Assert.Equal(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture), time);
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("2010-12-01T08:26:00")]
    [InlineData("2010-12-01")]
    [InlineData("2010-12-01 08:26:00Z")]
    [InlineData("2010-13-01T08:26:00Z")]
    [InlineData("2010-02-30T08:26:00Z")]
    [InlineData("2010-12-01T25:26:00Z")]
    [InlineData("2010-12-01T08:26:00+25:00")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("1291191960")]
    [InlineData("Z")]
    [InlineData("")]
    public void What_is_no_time_with_an_offset_is_refused(string text) => Assert.False(Texts.TryParseTime(text, out _));

    // The document tells callers an expression; it must say what the check does.
    private static void AssertBoth(bool actual, string pattern, string text, bool expected)
    {
        Assert.Equal(expected, actual);
        Assert.Equal(expected, Regex.IsMatch(text, pattern.Replace("$", @"\z", StringComparison.Ordinal)));
    }
}
