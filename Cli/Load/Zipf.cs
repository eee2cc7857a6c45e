namespace OrleansOrders.Cli.Load;

/// <summary>Draws so that the second is half as frequent as the first, the third a third, and so on: a few are hot.</summary>
public sealed class Zipf
{
    private readonly double[] cumulative;

    public Zipf(int count)
    {
        cumulative = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            cumulative[i] = sum += 1.0 / (i + 1);
        for (var i = 0; i < count; i++)
            cumulative[i] /= sum;
    }

    /// <param name="random">From 0 to below 1.</param>
    /// <returns>From 0, the most frequent.</returns>
    public int Draw(double random)
    {
        var found = Array.BinarySearch(cumulative, random);
        return Math.Min(found >= 0 ? found + 1 : ~found, cumulative.Length - 1);
    }

    public double ShareOf(int index) => cumulative[index] - (index == 0 ? 0 : cumulative[index - 1]);
}
