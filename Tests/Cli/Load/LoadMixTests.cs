using OrleansOrders.Cli.Load;

namespace OrleansOrders.Tests.Cli.Load;

public sealed class LoadMixTests
{
    [Fact]
    public void Kinds_come_in_the_proportions_of_the_mix()
    {
        var mix = LoadMix.Parse("place=50, cancel=10,refund=7,return=8,read=25");
        var random = new Random(3);
        var drawn = Enumerable.Range(0, 20_000).Select(_ => mix.Draw(random.NextDouble())).CountBy(kind => kind).ToDictionary();

        Assert.Equal(5, drawn.Count);
        foreach (var (kind, percent) in new[]
            { (LoadKind.Place, 50), (LoadKind.Cancel, 10), (LoadKind.Refund, 7), (LoadKind.Return, 8), (LoadKind.Read, 25) })
        {
            Assert.Equal(percent / 100.0, mix.ShareOf(kind));
            Assert.InRange(drawn[kind] / 200.0, percent - 1.2, percent + 1.2);
        }
    }

    [Fact]
    public void A_kind_that_is_not_named_does_not_occur()
    {
        var mix = LoadMix.Parse("read=100");
        Assert.All([0, 0.3, 0.999999], random => Assert.Equal(LoadKind.Read, mix.Draw(random)));
    }

    [Theory]
    [InlineData("place=60,read=30", "adds up to 90")]
    [InlineData("", "adds up to 0")]
    [InlineData("place=60,steal=40", "does not know steal")]
    [InlineData("place=60,ship=40", "does not know ship")]
    [InlineData("place=-10,read=110", "a number from 0 to 100")]
    [InlineData("place=ten,read=90", "a number from 0 to 100")]
    [InlineData("place", "a number from 0 to 100")]
    [InlineData("place=40,cancel=30,return=15,refund=15", "an order of its own")]
    public void A_mix_that_makes_no_sense_says_why(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => LoadMix.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_first_goods_are_hot()
    {
        var zipf = new Zipf(200);
        var random = new Random(5);
        var drawn = Enumerable.Range(0, 50_000).Select(_ => zipf.Draw(random.NextDouble())).CountBy(index => index).ToDictionary();

        Assert.All(drawn.Keys, index => Assert.InRange(index, 0, 199));
        Assert.InRange(drawn[0] / 50_000.0, zipf.ShareOf(0) * 0.95, zipf.ShareOf(0) * 1.05);
        Assert.InRange((double)drawn[0] / drawn[1], 1.85, 2.15);
        Assert.Equal(1, Enumerable.Range(0, 200).Sum(zipf.ShareOf), 9);
        Assert.Equal(0, new Zipf(1).Draw(0.999999));
    }
}
