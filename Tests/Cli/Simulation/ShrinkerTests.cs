using OrleansOrders.Cli.Simulation;

namespace OrleansOrders.Tests.Cli.Simulation;

public sealed class ShrinkerTests
{
    // Its failure needs one command that is sent again, and no fault at all.
    private static readonly Wiring Bug = new() { Store = (_, store) => new StoreThatForgetsReceipts(store) };

    [Fact]
    public void A_failing_seed_is_left_with_what_it_needs_to_fail()
    {
        var failed = Failing();
        var shrunk = Shrink(failed);
        Assert.Equal(1, shrunk.Commands);
        Assert.Equal(0, shrunk.Faults);
        Assert.True(failed.Commands > 5 && failed.Faults.Count > 0, "There was nothing to leave out.");
        Assert.Equal(failed.Broken[0].Number, shrunk.Broken[0].Number);
        Assert.DoesNotContain(shrunk.History, line => line.Contains("FAULT ", StringComparison.Ordinal));
    }

    [Fact]
    public void Shrinking_ends_the_same_every_time() => Assert.Equal(Shrink(Failing()).History, Shrink(Failing()).History);

    [Fact]
    public void A_fault_that_is_needed_stays()
    {
        // Whoever has two processes without a fence needs a fault for them to meet.
        var wiring = new Wiring { Checkpoint = (world, inner) => new CheckpointBeforeWork(world, inner) };
        var failed = SeedRange.Run(1, 1_000, wiring, 1, 1, () => { }, CancellationToken.None).Failed[0];
        var shrunk = Shrinker.Shrink(failed, wiring, () => { }, CancellationToken.None);
        Assert.InRange(shrunk.Faults, 1, failed.Faults.Count - 1);
        Assert.Contains(shrunk.History, line => line.Contains("FAULT ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_report_of_a_failing_seed_has_its_history_and_the_command_that_repeats_it()
    {
        var failed = Failing();
        var range = SeedRange.Run(failed.Seed, 1, Bug, 1, 1, () => { }, CancellationToken.None);
        var report = SimulationReport.From(range, TimeSpan.FromSeconds(2), [Shrink(failed)]);
        using var text = new StringWriter();
        SimulationText.Write(text, report);
        Assert.False(report.Ok);
        Assert.Contains($"./orders simulate --first {failed.Seed} --seeds 1", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 VIOLATED", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("client    #", text.ToString(), StringComparison.Ordinal);
    }

    private static SeedResult Failing() => SeedRange.Run(1, 100, Bug, 1, 1, () => { }, CancellationToken.None).Failed[0];

    private static ShrunkSeed Shrink(SeedResult failed) => Shrinker.Shrink(failed, Bug, () => { }, CancellationToken.None);
}
