using System.Runtime.CompilerServices;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Faults;
using OrleansOrders.Tests.Support;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Cluster.Faults;

/// <summary>What may happen to silos, and between them.</summary>
public sealed class SiloFaults(ITestOutputHelper output) : FaultTest(output)
{
    private const int Killed = 128 + 9;
    private const string Active = "select count(*) from orleans_silos where status = 3";

    [Fault("a silo is killed before an append")]
    public Task A_silo_killed_before_an_append_loses_nothing() => KillAt("append/before#80");

    [Fault("a silo is killed with an append on its way")]
    public Task A_silo_killed_with_an_append_on_its_way_loses_nothing() => KillAt("append/sent#80");

    [Fault("a silo is killed after a commit, before anybody knows")]
    public Task A_silo_killed_after_a_commit_doubles_nothing() => KillAt("append/committed#80");

    [Fault("a silo is killed when the reply is on its way")]
    public Task A_silo_killed_with_a_reply_on_its_way_doubles_nothing() => KillAt("append/answered#80");

    [Fault("a silo is frozen until it is evicted, and thaws")]
    public Task A_frozen_silo_that_thaws_harms_nothing_and_leaves() => Run(() => ClusterShop.Open(new SiloStart(), new SiloStart()), async (shop, shoppers) =>
    {
        var frozen = shop.Silos[0];
        await frozen.Signal("STOP");
        await Eventually.True(async () => await shop.Database.Query<long>(Active) == 1, TimeSpan.FromSeconds(60));
        await shoppers.Continue(40);
        await frozen.Signal("CONT");
        Assert.NotEqual(0, await frozen.WaitForExit());
        await shop.AddSilo();
    });

    [Fault("two silos are cut from each other", Need.NetworkNamespaces)]
    public async Task Silos_that_do_not_reach_each_other_part_and_lose_nothing()
    {
        using var network = new SplitNetwork();
        await Run(() => ClusterShop.Open(network.First, network.Second), async (shop, shoppers) =>
        {
            network.Cut();
            await Eventually.True(async () => await shop.Database.Query<long>(Active) == 1, TimeSpan.FromSeconds(60));
            await shoppers.Continue(40);
            network.Mend();
            await Eventually.True(() => shop.Silos.Any(silo => silo.HasExited), TimeSpan.FromSeconds(60));
            await shop.AddSilo(shop.Silos[0].HasExited ? network.First : network.Second);
        });
    }

    [Fault("the clocks of two silos are wrong by 5 minutes, one each way")]
    public Task Clocks_of_silos_that_are_wrong_by_5_minutes_decide_nothing() => Run(
        () => ClusterShop.Open(new SiloStart((WrongClock.Variable, "300")), new SiloStart((WrongClock.Variable, "-300"))),
        (_, shoppers) => shoppers.Continue(100));

    [Fault("silos of two releases serve side by side", Need.EarlierRelease)]
    public Task Silos_of_two_releases_serve_side_by_side() => Run(
        () => ClusterShop.OpenRelease(FaultNeeds.EarlierRelease!), async (shop, shoppers) =>
        {
            await shop.Migrate(AppContext.BaseDirectory);
            await shoppers.Continue(40);
            await shop.AddSilo();
            await shoppers.Continue(40);
            Assert.Equal(0, await shop.Silos[0].Terminate());
            await shop.AddSilo();
            await shop.ReplaceGateway(AppContext.BaseDirectory);
            await shoppers.Continue(40);
            Assert.Equal(0, await shop.Silos[1].Terminate());
        });

    private Task KillAt(string boundary, [CallerMemberName] string test = "") => Run(
        () => ClusterShop.Open(new SiloStart((CrashPoint.Variable, boundary)), new SiloStart()), async (shop, _) =>
        {
            var struck = await Struck(shop);
            Assert.Equal(Killed, await struck.WaitForExit());
            await shop.AddSilo();
        }, before: 0, test);

    private static async Task<Cli.OrdersProcess> Struck(ClusterShop shop)
    {
        Cli.OrdersProcess? struck = null;
        await Eventually.True(() => (struck = shop.Silos.FirstOrDefault(silo => silo.HasExited)) is not null, TimeSpan.FromSeconds(90));
        return struck!;
    }
}
