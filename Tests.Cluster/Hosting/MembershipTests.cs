using OrleansOrders.Tests.Cluster.Support;

namespace OrleansOrders.Tests.Cluster.Hosting;

/// <summary>The membership protocol asks this of the table; the statements behind Orleans' provider are ours.</summary>
public sealed class MembershipTests(OrleansProviders providers) : IClassFixture<OrleansProviders>
{
    private readonly string _cluster = $"{Guid.NewGuid():n}";

    [Fact]
    public async Task A_new_cluster_is_at_version_zero_and_has_no_members()
    {
        var data = await (await Table()).ReadAll();
        Assert.Empty(data.Members);
        Assert.Equal(new TableVersion(0, "0"), data.Version);
    }

    [Fact]
    public async Task A_silo_that_starts_later_finds_the_cluster_as_it_is()
    {
        await Silos.Join(await Table(), Silos.Entry(1));
        var data = await (await Table()).ReadAll();
        Assert.Equal(1, data.Version.Version);
        Assert.Single(data.Members);
    }

    [Fact]
    public async Task A_silo_that_has_joined_is_read_as_it_was_written()
    {
        var table = await Table();
        var joined = Silos.Entry(7, SiloStatus.Joining);
        await Silos.Join(table, Silos.Entry(6), joined);
        var read = await Silos.Read(table, 7);
        Assert.Equal(joined.ToFullString(), read.ToFullString());
        Assert.Equal(
            (joined.SiloName, joined.HostName, joined.ProxyPort, joined.StartTime, joined.IAmAliveTime),
            (read.SiloName, read.HostName, read.ProxyPort, read.StartTime, read.IAmAliveTime));
        Assert.Equal(2, (await table.ReadAll()).Members.Count);
    }

    [Fact]
    public async Task A_silo_that_is_not_there_is_read_as_nothing_at_the_version()
    {
        var table = await Table();
        await Silos.Join(table, Silos.Entry(1));
        var data = await table.ReadRow(Silos.Address(2));
        Assert.Empty(data.Members);
        Assert.Equal(1, data.Version.Version);
    }

    [Fact]
    public async Task A_silo_joins_only_on_top_of_the_version_that_it_has_read()
    {
        var table = await Table();
        var stale = (await table.ReadAll()).Version.Next();
        await Silos.Join(table, Silos.Entry(1));
        Assert.False(await table.InsertRow(Silos.Entry(2), stale));
        await Holds(table, version: 1, members: 1);
    }

    [Fact]
    public async Task A_silo_joins_once()
    {
        var table = await Table();
        await Silos.Join(table, Silos.Entry(1));
        var again = Silos.Entry(1, SiloStatus.Active);
        Assert.False(await table.InsertRow(again, (await table.ReadAll()).Version.Next()));
        await Holds(table, version: 1, members: 1);
        Assert.Equal(SiloStatus.Joining, (await Silos.Read(table, 1)).Status);
    }

    [Fact]
    public async Task A_changed_silo_has_its_new_status_and_its_votes()
    {
        var table = await Table();
        await Silos.Join(table, Silos.Entry(1), Silos.Entry(2));
        var changed = await Silos.Read(table, 1);
        changed.Status = SiloStatus.Active;
        changed.SuspectTimes = [Tuple.Create(Silos.Address(2), Silos.WholeSecond), Tuple.Create(Silos.Address(3), Silos.WholeSecond)];
        changed.IAmAliveTime = changed.IAmAliveTime.AddSeconds(3);
        Assert.True(await Change(table, changed));
        Assert.Equal(changed.ToFullString(), (await Silos.Read(table, 1)).ToFullString());
        changed.SuspectTimes = [];
        Assert.True(await Change(table, changed));
        Assert.Empty((await Silos.Read(table, 1)).SuspectTimes ?? []);
        await Holds(table, version: 4, members: 2);
    }

    [Fact]
    public async Task A_silo_changes_only_on_top_of_the_version_that_was_read()
    {
        var table = await Table();
        await Silos.Join(table, Silos.Entry(1));
        var stale = (await table.ReadAll()).Version.Next();
        await Silos.Join(table, Silos.Entry(2));
        Assert.False(await table.UpdateRow(Silos.Entry(1, SiloStatus.Dead), "", stale));
        await Holds(table, version: 2, members: 2);
        Assert.Equal(SiloStatus.Joining, (await Silos.Read(table, 1)).Status);
    }

    [Fact]
    public async Task A_silo_that_is_not_there_cannot_be_changed_and_leaves_the_version_alone()
    {
        var table = await Table();
        await Silos.Join(table, Silos.Entry(1));
        Assert.False(await Change(table, Silos.Entry(2, SiloStatus.Active)));
        await Holds(table, version: 1, members: 1);
    }

    [Fact]
    public async Task A_sign_of_life_changes_nothing_else()
    {
        var table = await Table();
        await Silos.Join(table, Silos.Entry(1, SiloStatus.Active), Silos.Entry(2));
        var before = await Silos.Read(table, 1);
        var alive = before.IAmAliveTime.AddSeconds(30);
        await table.UpdateIAmAlive(new MembershipEntry { SiloAddress = Silos.Address(1), IAmAliveTime = alive });
        var after = await Silos.Read(table, 1);
        Assert.Equal(alive, after.IAmAliveTime);
        after.IAmAliveTime = before.IAmAliveTime;
        Assert.Equal(before.ToFullString(), after.ToFullString());
        Assert.Equal((await Silos.Read(table, 2)).StartTime, (await Silos.Read(table, 2)).IAmAliveTime);
        await Holds(table, version: 2, members: 2);
    }

    [Fact]
    public async Task A_vote_does_not_set_back_a_sign_of_life_that_came_in_meanwhile()
    {
        var table = await Table();
        await Silos.Join(table, Silos.Entry(1, SiloStatus.Active));
        var suspected = await Silos.Read(table, 1);
        var alive = suspected.IAmAliveTime.AddSeconds(30);
        await table.UpdateIAmAlive(new MembershipEntry { SiloAddress = Silos.Address(1), IAmAliveTime = alive });
        suspected.AddOrUpdateSuspector(Silos.Address(2), Silos.WholeSecond, 2);
        Assert.True(await Change(table, suspected));
        Assert.Equal(alive, (await Silos.Read(table, 1)).IAmAliveTime);
    }

    [Fact]
    public async Task Clusters_know_nothing_of_each_other()
    {
        var table = await Table();
        var other = await providers.Membership($"{_cluster}-other");
        await Silos.Join(table, Silos.Entry(1));
        await Silos.Join(other, Silos.Entry(1), Silos.Entry(2));
        await Holds(table, version: 1, members: 1);
        await table.DeleteMembershipTableEntries(_cluster);
        await Holds(other, version: 2, members: 2);
        await Holds(await Table(), version: 0, members: 0);
    }

    private Task<IMembershipTable> Table() => providers.Membership(_cluster);

    private static async Task<bool> Change(IMembershipTable table, MembershipEntry entry) =>
        await table.UpdateRow(entry, "", (await table.ReadAll()).Version.Next());

    private static async Task Holds(IMembershipTable table, int version, int members)
    {
        var data = await table.ReadAll();
        Assert.Equal((version, members), (data.Version.Version, data.Members.Count));
    }
}
