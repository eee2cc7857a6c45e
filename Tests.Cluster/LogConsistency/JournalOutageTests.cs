using Orleans.Storage;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.LogConsistency;

/// <summary>What a journaled grain may rely on when connections break. Alone in its database, because it breaks them for everybody.</summary>
public sealed class JournalOutageTests : IClassFixture<TwoTallySilos>, IAsyncLifetime
{
    private readonly TwoTallySilos _silos;
    private readonly string _id = $"t{Guid.NewGuid():n}";

    public JournalOutageTests(TwoTallySilos silos) => _silos = silos;

    private ITallyGrain Grain => _silos.Proxied.Grain(_id);

    public async Task InitializeAsync()
    {
        // The writer's connection may be one that an earlier test has cut: the next test's loss must not hit its mending.
        _silos.Proxy.AcceptConnections();
        await Eventually.True(async () => await Succeeds(() => _silos.Proxied.Grain("probe").TryAdd()));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_commit_whose_reply_is_lost_is_confirmed_and_written_once()
    {
        await Grain.Add(1);
        _silos.Proxy.LoseNextReply();
        Assert.Equal(2, await Grain.Add(10));
        Assert.Equal(11, (await Grain.Look()).Sum);
        Assert.Equal(2, (await _silos.Read(_id)).Count);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task An_outage_longer_than_the_deadline_ends_the_activation_and_the_next_reads_the_log(bool arrives, int written)
    {
        await Grain.Add(1);
        var before = (await Grain.Look()).Activation;
        _silos.Proxy.RefuseConnections();
        if (arrives)
            _silos.Proxy.LoseNextReply();
        else
            _silos.Proxy.LoseNextStatement();
        await Assert.ThrowsAsync<InconsistentStateException>(() => Grain.Add(10));

        _silos.Proxy.AcceptConnections();
        await Eventually.True(async () => await Succeeds(() => Grain.Look()));
        var after = await Grain.Look();
        Assert.NotEqual(before, after.Activation);
        Assert.Equal(written, after.Version);
        Assert.Equal(written, (await _silos.Read(_id)).Count);
    }

    [Fact]
    public async Task A_failed_write_is_not_reported_as_a_success_by_the_next_confirmation()
    {
        await Grain.Add(1);
        _silos.Proxy.RefuseConnections();
        _silos.Proxy.LoseNextStatement();
        await Grain.AddLater(10);
        await Assert.ThrowsAnyAsync<Exception>(() => Grain.Confirm());
        _silos.Proxy.AcceptConnections();
        Assert.Single(await _silos.Read(_id));
    }

    [Fact]
    public async Task An_activation_that_leaves_during_an_append_leaves_after_it()
    {
        await Grain.Add(1);
        Task<int> append;
        await using (await _silos.StopAppends())
        {
            append = Grain.Add(10);
            await _silos.Proxied.Grain(_id + "x").Leave();
            _ = Grain.Leave();
        }
        Assert.Equal(2, await append);
        Assert.Equal((11, 2), ((await Grain.Look()).Sum, (await Grain.Look()).Version));
    }

    private static async Task<bool> Succeeds(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return false;
        }
    }
}
