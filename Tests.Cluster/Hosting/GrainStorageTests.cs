using Orleans.Storage;
using OrleansOrders.Tests.Cluster.Support;

namespace OrleansOrders.Tests.Cluster.Hosting;

/// <summary>What Orleans' grain storage provider asks of its table.</summary>
public sealed class GrainStorageTests(OrleansProviders providers) : IClassFixture<OrleansProviders>
{
    private const string Name = "note";

    private readonly string _service = $"{Guid.NewGuid():n}";

    private static readonly GrainId[] Grains =
    [
        GrainId.Create("note", "tenant/order-1"),
        GrainId.Create(GrainType.Create("note"), GrainIdKeyExtensions.CreateGuidKey(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"))),
        GrainId.Create(GrainType.Create("note"), GrainIdKeyExtensions.CreateGuidKey(Guid.Parse("ffeeddcc-bbaa-9988-7766-554433221100"), "part")),
        GrainId.Create(GrainType.Create("note"), GrainIdKeyExtensions.CreateIntegerKey(long.MinValue)),
        GrainId.Create(GrainType.Create("note"), GrainIdKeyExtensions.CreateIntegerKey(long.MinValue, "part")),
    ];

    public static TheoryData<int> Keys => [.. Enumerable.Range(0, Grains.Length)];

    [Theory, MemberData(nameof(Keys))]
    public async Task A_state_is_read_as_it_was_written(int key)
    {
        var grain = Grains[key];
        var storage = await Storage();
        var empty = await Read(storage, grain);
        Assert.Equal((false, null, null), (empty.RecordExists, empty.ETag, empty.State.Text));
        var written = await Write(storage, grain, new State("first"));
        Assert.True(written.RecordExists);
        var read = await Read(storage, grain);
        Assert.Equal((true, written.ETag, "first"), (read.RecordExists, read.ETag, read.State.Text));
        written.State.Text = "second";
        await storage.WriteStateAsync(Name, grain, written);
        Assert.NotEqual(read.ETag, written.ETag);
        Assert.Equal("second", (await Read(storage, grain)).State.Text);
    }

    [Fact]
    public async Task Every_grain_state_and_service_has_its_own()
    {
        var storage = await Storage();
        var other = await providers.Storage($"{_service}-other");
        foreach (var grain in Grains)
            await Write(storage, grain, new State(grain.ToString()));
        await storage.WriteStateAsync("other", Grains[0], new GrainState<State>(new State("other name")));
        await Write(other, Grains[0], new State("other service"));
        foreach (var grain in Grains)
            Assert.Equal(grain.ToString(), (await Read(storage, grain)).State.Text);
    }

    [Fact]
    public async Task A_state_that_another_activation_has_changed_is_not_overwritten()
    {
        var storage = await Storage();
        var grain = Grain(1);
        var mine = await Write(storage, grain, new State("first"));
        var others = await Read(storage, grain);
        others.State.Text = "others";
        await storage.WriteStateAsync(Name, grain, others);
        mine.State.Text = "mine";
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync(Name, grain, mine));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync(Name, grain, mine));
        Assert.Equal("others", (await Read(storage, grain)).State.Text);
    }

    [Fact]
    public async Task Of_activations_that_write_a_first_state_at_once_one_wins()
    {
        var storage = await Storage();
        var grain = Grain(2);
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Succeeds(storage, grain, new GrainState<State>(new State($"{i}")))));
        var winner = Array.IndexOf(results, true);
        Assert.Single(results, success => success);
        Assert.Equal($"{winner}", (await Read(storage, grain)).State.Text);
    }

    [Fact]
    public async Task Of_activations_that_write_on_top_of_the_same_state_at_once_one_wins()
    {
        var storage = await Storage();
        var grain = Grain(3);
        var first = await Write(storage, grain, new State("first"));
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            Succeeds(storage, grain, new GrainState<State>(new State($"{i}"), first.ETag) { RecordExists = true })));
        var winner = Array.IndexOf(results, true);
        Assert.Single(results, success => success);
        Assert.Equal($"{winner}", (await Read(storage, grain)).State.Text);
    }

    [Fact]
    public async Task A_cleared_state_is_empty_and_can_be_written_again()
    {
        var storage = await Storage();
        var grain = Grain(4);
        var state = await Write(storage, grain, new State("first"));
        var before = state.ETag;
        await storage.ClearStateAsync(Name, grain, state);
        Assert.Equal((false, null), (state.RecordExists, state.State.Text));
        Assert.Null((await Read(storage, grain)).State.Text);
        state.State.Text = "second";
        await storage.WriteStateAsync(Name, grain, state);
        Assert.Equal("second", (await Read(storage, grain)).State.Text);
        var stale = new GrainState<State>(new State("stale"), before) { RecordExists = true };
        Assert.False(await Succeeds(storage, grain, stale));
    }

    [Fact]
    public async Task An_etag_from_before_a_deletion_does_not_fit_what_came_after()
    {
        var storage = await providers.Storage(_service, deleteOnClear: true);
        var grain = Grain(5);
        var state = await Write(storage, grain, new State("first"));
        var stale = new GrainState<State>(new State("stale"), state.ETag) { RecordExists = true };
        await storage.ClearStateAsync(Name, grain, state);
        Assert.Equal((false, null), (state.RecordExists, state.ETag));
        Assert.False((await Read(storage, grain)).RecordExists);
        Assert.False(await Succeeds(storage, grain, stale));
        await Write(storage, grain, new State("second"));
        Assert.False(await Succeeds(storage, grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync(Name, grain, stale));
        Assert.Equal("second", (await Read(storage, grain)).State.Text);
    }

    private Task<IGrainStorage> Storage() => providers.Storage(_service);

    private static GrainId Grain(int number) => GrainId.Create("note", $"tenant/order-{number}");

    private static async Task<GrainState<State>> Write(IGrainStorage storage, GrainId grain, State state)
    {
        var grainState = new GrainState<State>(state);
        await storage.WriteStateAsync(Name, grain, grainState);
        return grainState;
    }

    private static async Task<GrainState<State>> Read(IGrainStorage storage, GrainId grain)
    {
        var state = new GrainState<State>();
        await storage.ReadStateAsync(Name, grain, state);
        return state;
    }

    private static async Task<bool> Succeeds(IGrainStorage storage, GrainId grain, GrainState<State> state)
    {
        try
        {
            await storage.WriteStateAsync(Name, grain, state);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

    [GenerateSerializer]
    internal sealed class State
    {
        public State()
        {
        }

        public State(string text) => Text = text;

        [Id(0)]
        public string? Text { get; set; }
    }
}
