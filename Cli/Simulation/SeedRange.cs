using System.Collections.Concurrent;
using System.Globalization;

namespace OrleansOrders.Cli.Simulation;

/// <summary>What came of many seeds.</summary>
/// <param name="Done">How many were run to the end.</param>
/// <param name="Digest">Over all of them, in whatever order they were run: the same wherever the same seeds are run.</param>
/// <param name="Faults">How many faults happened, by kind.</param>
/// <param name="Failed">Those that do not hold, by seed.</param>
internal sealed record RangeResult(
    long First, long Wanted, long Done, long Events, long Commands, TimeSpan Simulated, string Digest, IReadOnlyDictionary<string, long> Faults,
    IReadOnlyList<SeedResult> Failed);

/// <summary>
/// Runs seeds, several at a time: each in one thread from beginning to end, so that how many there are makes no difference.
/// </summary>
internal static class SeedRange
{
    /// <param name="mostFailures">After so many seeds that fail it stops: the first says what is wrong.</param>
    /// <param name="advance">Told of every seed that is done.</param>
    public static RangeResult Run(
        long first, long count, Wiring wiring, int threads, int mostFailures, Action advance, CancellationToken stop)
    {
        var next = first - 1;
        var results = new ConcurrentQueue<SeedResult>();
        var failures = 0;
        var total = new Totals();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work) { IsBackground = true }).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return total.ToResult(first, count, [.. results.OrderBy(result => result.Seed)]);

        void Work()
        {
            while (!stop.IsCancellationRequested && Volatile.Read(ref failures) < mostFailures)
            {
                var seed = Interlocked.Increment(ref next);
                if (seed >= first + count)
                    return;
                Take(SeedRun.Run(seed, Leaving.Nothing, wiring));
            }
        }

        void Take(SeedResult result)
        {
            total.Add(result);
            advance();
            if (result.Holds)
                return;
            results.Enqueue(result);
            Interlocked.Increment(ref failures);
        }
    }

    private sealed class Totals
    {
        private readonly Lock gate = new();
        private readonly SortedDictionary<string, long> faults = new(Enum.GetNames<FaultKind>().ToDictionary(name => name, _ => 0L), StringComparer.Ordinal);
        private ulong digest;
        private (long Done, long Events, long Commands, TimeSpan Simulated) sums;

        public void Add(SeedResult result)
        {
            lock (gate)
            {
                sums = (sums.Done + 1, sums.Events + result.Events, sums.Commands + result.Commands, sums.Simulated + result.Simulated);
                digest ^= Chance.Mix(Chance.Key(result.Digest, (ulong)result.Seed));
                foreach (var fault in result.Faults)
                    faults[fault.Kind.ToString()]++;
            }
        }

        public RangeResult ToResult(long first, long count, IReadOnlyList<SeedResult> failed) =>
            new(first, count, sums.Done, sums.Events, sums.Commands, sums.Simulated, digest.ToString("x16", CultureInfo.InvariantCulture), faults, failed);
    }
}
