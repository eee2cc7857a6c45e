using System.Globalization;
using System.Text.Json;
using OrleansOrders.Cli.Simulation;
using OrleansOrders.Cli.Verify;

namespace OrleansOrders.Tests.Cli.Simulation;

public sealed class SeedRunTests
{
    /// <summary>How many seeds a run of all tests takes, in a minute and a half on two cores; ORDERS_TEST_SEEDS says otherwise.</summary>
    private static readonly long Seeds = long.Parse(Environment.GetEnvironmentVariable("ORDERS_TEST_SEEDS") ?? "20000", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_seed_holds()
    {
        var result = SeedRange.Run(1, Seeds, Wiring.Sound, Environment.ProcessorCount, 5, () => { }, CancellationToken.None);
        Assert.True(result.Failed.Count == 0, string.Join('\n', result.Failed.Select(Explain)));
        Assert.Equal(Seeds, result.Done);
        if (Seeds >= 1_000)
            Assert.All(result.Faults, fault => Assert.True(fault.Value > 0, $"{fault.Key} never happened"));
    }

    [Theory, MemberData(nameof(FoundSeeds.All), MemberType = typeof(FoundSeeds))]
    public void A_seed_that_found_something_once_holds(long seed, string found)
    {
        var result = SeedRun.Run(seed, Leaving.Nothing, Wiring.Sound);
        Assert.True(result.Holds, $"{found}: {Explain(result)}");
    }

    [Fact]
    public void The_same_seed_is_the_same_run_to_the_letter()
    {
        for (var seed = 500; seed < 520; seed++)
        {
            var (first, second) = (new Trace(), new Trace());
            var one = SeedRun.Run(seed, Leaving.Nothing, Wiring.Sound, first);
            var other = OnAnotherThread(() => SeedRun.Run(seed, Leaving.Nothing, Wiring.Sound, second));
            Assert.Equal(first.Lines, second.Lines);
            Assert.Equal(one.Digest, other.Digest);
            Assert.True(first.Lines.Count > 10);
        }
    }

    [Fact]
    public async Task The_same_seeds_are_the_same_runs_in_another_process()
    {
        var here = SeedRange.Run(70, 40, Wiring.Sound, 2, 5, () => { }, CancellationToken.None);
        await using var elsewhere = OrdersProcess.Start(["simulate", "--first", "70", "--seeds", "40", "--json"]);
        Assert.Equal(0, await elsewhere.WaitForExit());
        using var report = JsonDocument.Parse(string.Concat(elsewhere.Output));
        Assert.Equal(here.Digest, report.RootElement.GetProperty("digest").GetString());
    }

    [Fact]
    public void Watching_a_run_does_not_change_it() => Assert.Equal(
        SeedRun.Run(7, Leaving.Nothing, Wiring.Sound, new Trace()).Digest, SeedRun.Run(7, Leaving.Nothing, Wiring.Sound).Digest);

    [Fact]
    public void Another_seed_is_another_run() => Assert.Equal(
        20, Enumerable.Range(1, 20).Select(seed => SeedRun.Run(seed, Leaving.Nothing, Wiring.Sound).Digest).Distinct().Count());

    internal static string Explain(SeedResult result) =>
        $"seed {result.Seed} (./orders simulate --first {result.Seed} --seeds 1): {string.Join("; ", result.Broken.Select(Explain))}";

    private static string Explain(InvariantReport report) => $"{report.Number} {report.Name}: {string.Join(", ", report.First)}";

    private static T OnAnotherThread<T>(Func<T> work)
    {
        var result = default(T)!;
        var thread = new Thread(() => result = work());
        thread.Start();
        thread.Join();
        return result;
    }
}
