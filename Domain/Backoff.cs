namespace OrleansOrders.Domain;

/// <summary>Exponential backoff with jitter that a replay repeats: the jitter comes from the id, not from chance.</summary>
public static class Backoff
{
    /// <summary>The wait after the failed <paramref name="attempt"/> (1 is the first): doubling, capped, between half and all of it.</summary>
    public static TimeSpan After(string id, int attempt)
    {
        var doubled = Limits.FirstBackoff.Ticks << Math.Clamp(attempt - 1, 0, 20);
        var full = Math.Min(doubled, Limits.LongestBackoff.Ticks);
        return TimeSpan.FromTicks((full / 2) + (long)(full / 2 * Fraction(id, attempt)));
    }

    /// <summary>The moment after the wait, UTC; the end of time where the sum would lie beyond it, because a rule never throws.</summary>
    public static DateTimeOffset Later(DateTimeOffset at, TimeSpan wait) => at.UtcTicks > DateTimeOffset.MaxValue.Ticks - wait.Ticks
        ? DateTimeOffset.MaxValue
        : at.ToUniversalTime() + wait;

    /// <summary>From 0 to 1, always the same for the same attempt.</summary>
    public static double Fraction(string id, int attempt)
    {
        var hash = 14695981039346656037UL; // FNV-1a: stable across processes, unlike string.GetHashCode
        foreach (var character in id)
            hash = (hash ^ character) * 1099511628211UL;
        hash = (hash ^ (uint)attempt) * 1099511628211UL;
        return (hash >> 11) / (double)(1UL << 53);
    }
}
