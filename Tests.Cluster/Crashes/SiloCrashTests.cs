using System.Diagnostics;
using OrleansOrders.Tests.Support;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Cluster.Crashes;

/// <summary>Silos that are killed, stopped, replaced and added while customers order. Real processes, real signals; more is in docs/faults.md.</summary>
[Collection(Processes.Name)]
public sealed class SiloCrashTests(ClusterProcesses cluster, ITestOutputHelper output) : IAsyncLifetime
{
    private const string RoundsVariable = "ORDERS_TEST_ROUNDS";

    private OrderLoad _load = null!;

    public async Task InitializeAsync()
    {
        await cluster.Restore(2);
        _load = await OrderLoad.Start(cluster.Client);
        await _load.Continue(10);
    }

    public async Task DisposeAsync() => await _load.DisposeAsync();

    [Fact]
    public async Task A_killed_silo_loses_no_order_and_its_grains_answer_elsewhere()
    {
        var probes = await StockProbes.Start(cluster);
        await cluster.Silos[0].Kill();
        var gap = await probes.UntilAllAnswer();
        output.WriteLine($"All grains answered again {gap.TotalSeconds:0.0} s after a silo was killed.");
        await _load.Continue(30);
        await Finish();
    }

    [Fact]
    public async Task A_silo_that_is_told_to_stop_ends_in_order_and_loses_no_order()
    {
        await cluster.Remove(cluster.Silos[0]);
        await _load.Continue(30);
        await Finish();
    }

    [Fact]
    public async Task A_drained_silo_loses_no_request_at_200_a_second()
    {
        await _load.Stop();
        await using var requests = SteadyRequests.Start(cluster.Client, perSecond: 200);
        await Eventually.True(() => requests.Answered >= 400);
        await cluster.Remove(cluster.Silos[0]);
        var until = requests.Answered + 400;
        await Eventually.True(() => requests.Answered >= until);
        output.WriteLine($"{requests.Answered} answered, {requests.Rate:0} a second.");
        Assert.Empty(await requests.Stop());
        await cluster.AssertVerified();
    }

    [Fact, Trait("tier", "faults")]
    public async Task A_rolling_restart_loses_no_order()
    {
        foreach (var old in cluster.Silos.ToList())
        {
            await cluster.AddSilo();
            await cluster.Remove(old);
            await _load.Continue(15);
        }
        await Finish();
    }

    [Fact, Trait("tier", "faults")]
    public async Task A_silo_that_is_added_under_load_takes_its_share()
    {
        await cluster.AddSilo();
        await _load.Continue(60);
        await Eventually.True(async () => await cluster.Database.Query<long>("select count(distinct owner) from feed_partitions") == 3);
        await Finish();
    }

    /// <summary>The number of rounds is set with ORDERS_TEST_ROUNDS; 3 by default, which only shows that the rounds themselves work.</summary>
    [Fact, Trait("tier", "faults")]
    public async Task Rounds_of_kill_and_restart_end_with_nothing_lost_and_nothing_twice()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable(RoundsVariable), out var asked) ? asked : 3;
        var clock = Stopwatch.StartNew();
        for (var round = 1; round <= rounds; round++)
        {
            await cluster.Silos[round % 2].Kill();
            await cluster.Restore(2);
            await _load.Continue(10);
            output.WriteLine($"round {round}: {_load.Acknowledged.Count} orders acknowledged, {_load.NotAnswered} sendings repeated, {clock.Elapsed.TotalSeconds:0} s");
        }
        await Finish();
    }

    private async Task Finish()
    {
        await _load.Stop();
        await Judge.AssertNothingLost(cluster, _load);
        output.WriteLine($"{_load.Acknowledged.Count} orders acknowledged, {_load.NotAnswered} sendings repeated.");
    }
}

/// <summary>One cluster for all of them: what one leaves is what the next must live with.</summary>
[CollectionDefinition(Name)]
public sealed class Processes : ICollectionFixture<ClusterProcesses>
{
    public const string Name = "cluster processes";
}
