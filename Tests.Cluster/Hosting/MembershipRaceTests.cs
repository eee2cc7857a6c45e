using OrleansOrders.Tests.Cluster.Support;

namespace OrleansOrders.Tests.Cluster.Hosting;

/// <summary>What silos that start, vote and clean up at the same moment may rely on.</summary>
public sealed class MembershipRaceTests(OrleansProviders providers) : IClassFixture<OrleansProviders>
{
    private const int Many = 16;

    private readonly string _cluster = $"{Guid.NewGuid():n}";

    [Fact]
    public async Task Many_silos_may_ask_for_the_cluster_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => providers.Membership(_cluster)));
        Assert.Equal(1L, await providers.Database.Query<long>($"select count(*) from orleans_clusters where cluster_id = '{_cluster}'"));
    }

    [Fact]
    public async Task Of_silos_that_join_on_top_of_the_same_version_one_gets_in()
    {
        var tables = await Tables();
        var next = (await tables[0].ReadAll()).Version.Next();
        var joined = await Task.WhenAll(tables.Select((table, i) => table.InsertRow(Silos.Entry(i + 1), next)));
        Assert.Single(joined, success => success);
        var data = await tables[0].ReadAll();
        Assert.Equal(1, data.Version.Version);
        Assert.Equal(Silos.Address(Array.IndexOf(joined, true) + 1), Assert.Single(data.Members).Item1.SiloAddress);
    }

    [Fact]
    public async Task Silos_that_join_at_once_and_read_again_all_get_in_and_nobody_sees_half_a_change()
    {
        var tables = await Tables();
        using var done = new CancellationTokenSource();
        var watching = Watch(await providers.Membership(_cluster), done.Token);
        await Task.WhenAll(tables.Select((table, i) => Retry(table, next => table.InsertRow(Silos.Entry(i + 1), next))));
        await done.CancelAsync();
        Assert.True(await watching > 0);
        var data = await tables[0].ReadAll();
        Assert.Equal((Many, Many), (data.Version.Version, data.Members.Count));
    }

    [Fact]
    public async Task No_vote_is_lost_when_many_vote_at_once()
    {
        var tables = await Tables();
        await Silos.Join(tables[0], Silos.Entry(99, SiloStatus.Active));
        await Task.WhenAll(tables.Select((table, i) => Retry(table, async next =>
        {
            var data = await table.ReadRow(Silos.Address(99));
            var entry = Assert.Single(data.Members).Item1;
            entry.AddOrUpdateSuspector(Silos.Address(i + 1), Silos.WholeSecond, Many);
            return await table.UpdateRow(entry, "", data.Version.Next());
        })));
        Assert.Equal(Many, (await Silos.Read(tables[0], 99)).SuspectTimes.Select(vote => vote.Item1).Distinct().Count());
        Assert.Equal(Many + 1, (await tables[0].ReadAll()).Version.Version);
    }

    [Fact]
    public async Task A_change_and_a_clean_up_of_the_same_silo_take_turns()
    {
        var table = await providers.Membership(_cluster);
        var other = await providers.Membership(_cluster);
        for (var i = 1; i <= 40; i++)
        {
            await Silos.Join(table, Silos.Entry(i, SiloStatus.Dead, age: TimeSpan.FromDays(10)));
            var version = (await table.ReadAll()).Version;
            var changing = table.UpdateRow(Silos.Entry(i, SiloStatus.Dead, age: TimeSpan.FromDays(10)), "", version.Next());
            await Task.WhenAll(changing, other.CleanupDefunctSiloEntries(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1)));
            var data = await table.ReadAll();
            Assert.Empty(data.Members);
            Assert.Equal(version.Version + (await changing ? 1 : 0), data.Version.Version);
        }
    }

    private async Task<IMembershipTable[]> Tables() =>
        await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => providers.Membership(_cluster)));

    private static async Task Retry(IMembershipTable table, Func<TableVersion, Task<bool>> change)
    {
        for (var attempt = 0; attempt < 50 * Many; attempt++)
        {
            if (await change((await table.ReadAll()).Version.Next()))
                return;
        }
        Assert.Fail("The table never let it through.");
    }

    // Every version came with one member: a reader that saw fewer or more has read two moments.
    private static async Task<int> Watch(IMembershipTable table, CancellationToken done)
    {
        var reads = 0;
        while (!done.IsCancellationRequested)
        {
            var data = await table.ReadAll();
            Assert.Equal(data.Version.Version, data.Members.Count);
            reads++;
        }
        return reads;
    }
}
