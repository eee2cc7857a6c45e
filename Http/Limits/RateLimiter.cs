using System.Collections.Concurrent;

namespace OrleansOrders.Http;

/// <summary>
/// So many requests in a second for each name, and a burst of two seconds' worth: the generic cell rate algorithm, which
/// keeps one number for each name. The platform's own limiters read their own clock, so that no test could set it.
/// </summary>
internal sealed class RateLimiter
{
    /// <summary>Names that are counted one by one. Names without a request for two seconds are forgotten when there are more.</summary>
    public const int MostNames = 10_000;

    private const int BurstSeconds = 2;

    private readonly ConcurrentDictionary<string, Account> accounts = new(StringComparer.Ordinal);
    private readonly Account others = new();
    private readonly TimeProvider time;
    private readonly long cost;
    private readonly long burst;

    public RateLimiter(int perSecond, TimeProvider time)
    {
        this.time = time;
        cost = Math.Max(1, time.TimestampFrequency / perSecond);
        burst = Math.Max(cost, BurstSeconds * time.TimestampFrequency);
    }

    public int Names => accounts.Count;

    /// <summary>Counts a request.</summary>
    /// <returns>Null when it may go on, else how long it should wait; then it was not counted.</returns>
    public TimeSpan? Take(string name)
    {
        var now = time.GetTimestamp();
        var account = Find(name, now);
        while (true)
        {
            var seen = Volatile.Read(ref account.PaidUntil);
            var paid = Math.Max(seen, now) + cost;
            if (paid - now > burst)
                return TimeSpan.FromSeconds((double)(paid - now - burst) / time.TimestampFrequency);
            if (Interlocked.CompareExchange(ref account.PaidUntil, paid, seen) == seen)
                return null;
        }
    }

    private Account Find(string name, long now)
    {
        if (accounts.TryGetValue(name, out var known))
            return known;
        if (accounts.Count >= MostNames)
        {
            foreach (var (other, account) in accounts)
            {
                if (Volatile.Read(ref account.PaidUntil) <= now)
                    accounts.TryRemove(other, out _);
            }
        }
        // When all of them are busy, those that come now share one account: bounded, and never unlimited.
        return accounts.Count >= MostNames ? others : accounts.GetOrAdd(name, _ => new Account());
    }

    private sealed class Account
    {
        /// <summary>The timestamp up to which the requests so far use up the rate.</summary>
        public long PaidUntil;
    }
}
