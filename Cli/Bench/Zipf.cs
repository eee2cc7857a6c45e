namespace OrleansOrders.Cli.Bench;

/// <summary>Draws ranks from 0 on, the r-th with a probability proportional to 1/(r+1)^exponent: a few are hot, most are rare.</summary>
internal sealed class Zipf
{
    private readonly double[] cumulated;

    public Zipf(int ranks, double exponent)
    {
        cumulated = new double[ranks];
        var sum = 0.0;
        for (var rank = 0; rank < ranks; rank++)
            cumulated[rank] = sum += Math.Pow(rank + 1, -exponent);
    }

    public int Draw(Random random)
    {
        var found = Array.BinarySearch(cumulated, random.NextDouble() * cumulated[^1]);
        return Math.Min(found < 0 ? ~found : found, cumulated.Length - 1);
    }
}
