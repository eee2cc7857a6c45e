using Microsoft.Extensions.Hosting;
using OrleansOrders.Cli.Bench;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>
/// What one event costs at the end of a short, a longer and a long stream. The grains are awake, as a grain in use is;
/// each writes 100 events and one snapshot at every length.
/// </summary>
internal static class StreamLength
{
    private const int Rounds = 7;
    private const int Notes = 100;
    private const int Events = Notebooks.Writers * Notes;
    private const int Longest = 10_000;
    private const double MostGrowth = 0.2;

    private static readonly int[] Lengths = [100, 1_000, Longest];

    public static async Task Run(BenchDatabase database, Report report)
    {
        using var silo = await BenchmarkSilo.StartWithJournals(database);
        report.Say($"{Notebooks.Writers} grains, each writes {Notes} events one after the other at the end of its stream; {Rounds} rounds, lengths in turns, after a warm-up");
        var longest = await Notebooks.Fill<IPostgresNotebookGrain>(silo.Grains(), "long", Longest);
        var stretches = Lengths.ToDictionary(length => length, _ => new List<Stretch>());
        for (var round = 0; round <= Rounds; round++)
        {
            // Each length comes first, second and last about as often.
            foreach (var length in Lengths.Skip(round % Lengths.Length).Concat(Lengths.Take(round % Lengths.Length)))
            {
                // The longest streams go on; what a round adds to them is one in a hundred.
                var (grains, start) = length == Longest
                    ? (longest, Longest + (round * Notes))
                    : (await Notebooks.Fill<IPostgresNotebookGrain>(silo.Grains(), $"{length}-{round}", length), length);
                var stretch = await Stretch.Measure(database.Server, () => Notebooks.Write(grains, Notes, start));
                if (round > 0)
                    stretches[length].Add(stretch);
            }
        }
        await silo.StopAsync();
        foreach (var length in Lengths)
            report.AddProcessor($"at {length} events", stretches[length], Events);
        var costs = Lengths.Select(length => report.Add($"at {length} events", "µs/event", stretches[length].Select(stretch => stretch.Elapsed.TotalMicroseconds / Events))).ToList();
        foreach (var (length, cost) in Lengths.Zip(costs).Skip(1))
            report.Judge($"{length} events / {Lengths[0]} events", "times", cost / costs[0], $"at most {1 + MostGrowth}", cost <= (1 + MostGrowth) * costs[0]);
    }
}
