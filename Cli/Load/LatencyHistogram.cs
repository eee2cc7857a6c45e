using System.Numerics;

namespace OrleansOrders.Cli.Load;

/// <summary>
/// Counts latencies in buckets that grow with them: exact below 128 µs, no wider than 1/128 of their value above, up to
/// nineteen hours. A percentile is never lower than the truth, and at most 0.8% higher. Thirty kilobytes, however many are
/// recorded; safe for concurrent use, where a reader may see a recording half done.
/// </summary>
public sealed class LatencyHistogram
{
    private const int PrecisionBits = 7;
    private const int SubBuckets = 1 << PrecisionBits;
    private const int LargestExponent = 35;

    private readonly long[] counts = new long[SubBuckets + (LargestExponent - PrecisionBits + 1) * SubBuckets];
    private long maximumMicros;

    public long Count => counts.Sum();

    public TimeSpan Maximum => FromMicros(Interlocked.Read(ref maximumMicros));

    /// <param name="latency">Parts of a microsecond count as a whole one; below zero counts as zero.</param>
    public void Record(TimeSpan latency)
    {
        var micros = Math.Max(0, (latency.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond);
        Interlocked.Increment(ref counts[IndexOf(micros)]);
        var seen = Interlocked.Read(ref maximumMicros);
        while (micros > seen)
        {
            var before = Interlocked.CompareExchange(ref maximumMicros, micros, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    /// <summary>The latency that the given share of all do not exceed; zero when there are none.</summary>
    /// <param name="share">Above 0, at most 1: 0.99 for the 99th percentile.</param>
    public TimeSpan Percentile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        var seen = 0L;
        for (var index = 0; index < counts.Length; index++)
        {
            seen += Interlocked.Read(ref counts[index]);
            if (seen >= rank)
                return FromMicros(Math.Min(UpperEdge(index), Interlocked.Read(ref maximumMicros)));
        }
        return Maximum;
    }

    private static int IndexOf(long micros)
    {
        if (micros < SubBuckets)
            return (int)micros;
        var exponent = BitOperations.Log2((ulong)micros);
        if (exponent > LargestExponent)
            return SubBuckets + (LargestExponent - PrecisionBits + 1) * SubBuckets - 1;
        var shift = exponent - PrecisionBits;
        return SubBuckets + shift * SubBuckets + (int)(micros >> shift) - SubBuckets;
    }

    private static long UpperEdge(int index)
    {
        if (index < SubBuckets)
            return index;
        var shift = index / SubBuckets - 1;
        return ((long)(index % SubBuckets + SubBuckets + 1) << shift) - 1;
    }

    private static TimeSpan FromMicros(long micros) => TimeSpan.FromTicks(micros * TimeSpan.TicksPerMicrosecond);
}
