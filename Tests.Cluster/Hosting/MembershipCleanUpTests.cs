using OrleansOrders.Tests.Cluster.Support;

namespace OrleansOrders.Tests.Cluster.Hosting;

/// <summary>Who is forgotten, and who must stay readable.</summary>
public sealed class MembershipCleanUpTests(OrleansProviders providers) : IClassFixture<OrleansProviders>
{
    private static readonly TimeSpan Old = TimeSpan.FromDays(10);

    private readonly string _cluster = $"{Guid.NewGuid():n}";

    [Fact]
    public async Task The_old_are_forgotten_unless_they_are_active_and_the_version_stays()
    {
        var table = await providers.Membership(_cluster);
        var statuses = Enum.GetValues<SiloStatus>();
        await Silos.Join(table, [.. statuses.Select((status, i) => Silos.Entry(i + 1, status, Old))]);
        await Silos.Join(table, Silos.Entry(101, SiloStatus.Dead), Silos.Entry(102, SiloStatus.Active));
        await CleanUp(table, TimeSpan.FromDays(7));
        Assert.Equal([Array.IndexOf(statuses, SiloStatus.Active) + 1, 101, 102], await Generations(table));
        Assert.Equal(statuses.Length + 2, (await table.ReadAll()).Version.Version);
    }

    [Fact]
    public async Task A_silo_that_stood_still_for_long_and_was_voted_dead_just_now_stays_readable()
    {
        var table = await providers.Membership(_cluster);
        await Silos.Join(table, Silos.Entry(1, SiloStatus.Active, Old), Silos.Entry(2, SiloStatus.Active, Old));
        await VoteDead(table, 1, Silos.WholeSecond);
        await VoteDead(table, 2, Silos.WholeSecond - TimeSpan.FromDays(8));
        await CleanUp(table, TimeSpan.FromDays(7));
        Assert.Equal([1], await Generations(table));
    }

    [Fact]
    public async Task A_silo_that_is_still_starting_or_draining_stays_even_when_the_dead_of_a_moment_ago_go()
    {
        var table = await providers.Membership(_cluster);
        SiloStatus[] statuses = [SiloStatus.Created, SiloStatus.Joining, SiloStatus.ShuttingDown, SiloStatus.Stopping, SiloStatus.Dead];
        await Silos.Join(table, [.. statuses.Select((status, i) => Silos.Entry(i + 1, status, TimeSpan.FromMinutes(2)))]);
        await CleanUp(table, TimeSpan.FromSeconds(1));
        Assert.Equal([1, 2, 3, 4], await Generations(table));
    }

    [Fact]
    public async Task Another_cluster_keeps_its_dead()
    {
        var table = await providers.Membership(_cluster);
        var other = await providers.Membership($"{_cluster}-other");
        await Silos.Join(other, Silos.Entry(1, SiloStatus.Dead, Old));
        await CleanUp(table, TimeSpan.FromDays(7));
        Assert.Equal([1], await Generations(other));
    }

    private static Task CleanUp(IMembershipTable table, TimeSpan age) => table.CleanupDefunctSiloEntries(TimeProvider.System.GetUtcNow() - age);

    private static async Task VoteDead(IMembershipTable table, int number, DateTime at)
    {
        var entry = await Silos.Read(table, number);
        entry.Status = SiloStatus.Dead;
        entry.SuspectTimes = [Tuple.Create(Silos.Address(50), at - TimeSpan.FromSeconds(5)), Tuple.Create(Silos.Address(51), at)];
        Assert.True(await table.UpdateRow(entry, "", (await table.ReadAll()).Version.Next()));
    }

    private static async Task<IEnumerable<int>> Generations(IMembershipTable table) =>
        (await table.ReadAll()).Members.Select(member => member.Item1.SiloAddress.Generation).Order();
}
