using System.Globalization;

namespace OrleansOrders.Cli.Load;

/// <summary>What a request of a load does.</summary>
public enum LoadKind
{
    Place,
    Cancel,
    Return,
    Refund,
    Read,

    /// <summary>Sent along for a return; not drawn from a mix.</summary>
    Ship,

    /// <summary>Sent along for a return; not drawn from a mix.</summary>
    Deliver,
}

/// <summary>How many of a hundred requests are of each kind.</summary>
public sealed class LoadMix
{
    public const string Default = "place=60,cancel=5,return=5,refund=5,read=25";

    private const int Whole = 100;

    private static readonly LoadKind[] Drawn = [LoadKind.Place, LoadKind.Cancel, LoadKind.Return, LoadKind.Refund, LoadKind.Read];

    private readonly int[] percent;

    private LoadMix(int[] percent) => this.percent = percent;

    public double ShareOf(LoadKind kind) => (double)percent[(int)kind] / Whole;

    /// <param name="random">From 0 to below 1.</param>
    public LoadKind Draw(double random)
    {
        var left = random * Whole;
        foreach (var kind in Drawn)
        {
            left -= percent[(int)kind];
            if (left < 0)
                return kind;
        }
        return Drawn[^1];
    }

    /// <param name="text">Like <see cref="Default"/>; a kind that is not named does not occur.</param>
    /// <exception cref="FormatException">Says what is wrong with it.</exception>
    public static LoadMix Parse(string text)
    {
        var percent = new int[Drawn.Length];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, number) = part.Split('=', 2, StringSplitOptions.TrimEntries) is [var left, var right] ? (left, right) : (part, "");
            if (Drawn.Cast<LoadKind?>().FirstOrDefault(kind => NameOf(kind!.Value) == name) is not { } known)
                throw new FormatException($"does not know {name}: it is {string.Join(", ", Drawn.Select(NameOf))}, like {Default}");
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var share) || share > Whole)
                throw new FormatException($"wants a number from 0 to {Whole} for {name}, like {Default}");
            percent[(int)known] += share;
        }
        if (percent.Sum() != Whole)
            throw new FormatException($"adds up to {percent.Sum()} instead of {Whole}");
        var followUps = percent[(int)LoadKind.Cancel] + percent[(int)LoadKind.Return] + percent[(int)LoadKind.Refund];
        if (followUps > percent[(int)LoadKind.Place])
            throw new FormatException("cancels, returns and refunds more orders than it places, and each needs an order of its own");
        return new LoadMix(percent);
    }

    public static string NameOf(LoadKind kind) => kind.ToString().ToLowerInvariant();
}
