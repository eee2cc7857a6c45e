namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// The seed's chance: numbers that follow one another (SplitMix64), and numbers that follow from a key alone. The latter
/// stay the same when something else is left out, which is what lets a failing history be made shorter.
/// </summary>
internal sealed class Chance
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private readonly Dictionary<ulong, uint> asked = [];
    private readonly ulong seed;
    private ulong state;

    public Chance(ulong seed) => this.seed = state = seed;

    public ulong Next() => Mix(state += Step);

    /// <summary>From 0 to below <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool OneIn(int many) => Below(many) == 0;

    public bool Percent(int percent) => Below(100) < percent;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    public TimeSpan Time(double fromSeconds, double toSeconds) => TimeSpan.FromMilliseconds(Between((int)(fromSeconds * 1000), (int)(toSeconds * 1000)));

    /// <summary>The number of this key, another one each time that the key is asked.</summary>
    public ulong Of(ulong key)
    {
        var times = asked.GetValueOrDefault(key);
        asked[key] = times + 1;
        return Mix(Mix(seed ^ key) + times * Step);
    }

    /// <summary>The part of a number, from 0 to below 1.</summary>
    public static double Fraction(ulong number) => (number >> 11) / (double)(1UL << 53);

    public static ulong Mix(ulong number)
    {
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }

    /// <summary>The same in every process, unlike a text's own hash code.</summary>
    public static ulong Key(string text, ulong more = 0)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in text)
            hash = (hash ^ character) * 1099511628211UL;
        return Mix(hash + more * Step);
    }
}
