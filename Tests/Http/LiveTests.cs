using System.Net.Sockets;
using System.Text;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Http;

/// <summary>What a live stream costs, and whom it stops serving.</summary>
public sealed class LiveTests
{
    private readonly LogTailInMemory _log = new();
    private readonly KeyRing _keys = new([Key("north"), Key("south")]);

    [Fact]
    public async Task What_is_other_tenants_only_moves_the_id_on()
    {
        await using var server = await Start();
        await using var live = await Follow(server, "north");
        _log.Append("south", 5);
        _log.Append("north");
        _log.Append("south", 3);
        var seen = new List<LiveBlock>();
        while (live.LastId < 9)
            seen.Add(await live.Next());
        Assert.Equal([6], seen.Where(block => block.Data is not null && block.Name == "").Select(block => block.Position));
        Assert.DoesNotContain("south", string.Concat(seen.Select(block => block.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_reading_of_the_log_serves_all_streams()
    {
        await using var server = await Start();
        var streams = new List<LiveReader>();
        for (var i = 0; i < 20; i++)
            streams.Add(await Follow(server, "north"));
        var before = _log.Reads;
        _log.Append("north", 3);
        foreach (var stream in streams)
        {
            var seen = await stream.Until(block => block.Position == 3);
            Assert.Equal([1, 2, 3], seen.Where(block => block.Name == "").Select(block => block.Position));
            await stream.DisposeAsync();
        }
        Assert.InRange(_log.Reads - before, 1, 3);
        await Eventually.True(() => server.Live.Streams == 0);
    }

    [Fact]
    public async Task Whoever_is_too_far_behind_is_told_and_goes_on_at_the_end()
    {
        _log.Append("north", ApiLimits.LiveReplay + 2);
        await using var server = await Start();
        await using var live = await LiveReader.Open(server, "/v1/live", Bearer("north"), ("Last-Event-ID", "1"));
        var reset = await live.Next();
        Assert.Equal(("reset", "too-far-behind", 1L), (reset.Name, (string)reset.Data!["reason"]!, (long)reset.Data["from"]!));
        await using var back = await LiveReader.Open(server, "/v1/live", Bearer("north"), ("Last-Event-ID", "2"));
        var all = await back.Until(block => block.Name == "" && block.Position == ApiLimits.LiveReplay + 2);
        Assert.Equal(Enumerable.Range(3, ApiLimits.LiveReplay).Select(i => (long)i), all.Skip(1).Select(block => block.Position));
    }

    [Fact]
    public async Task Beyond_the_number_of_streams_a_tenant_is_told_to_come_back_and_others_are_served()
    {
        await using var server = await Start();
        for (var i = 0; i < ApiLimits.LiveStreamsPerTenant; i++)
            await server.Live.Join("north", CancellationToken.None);
        var refused = (await new ApiClient(server).Get("/v1/live", Bearer("north"))).ExpectProblem(503, "overloaded");
        Assert.NotNull(refused.Header("Retry-After"));
        await (await Follow(server, "south")).DisposeAsync();
        server.Live.Leave("north");
        await (await Follow(server, "north")).DisposeAsync();
    }

    [Fact]
    public async Task A_caller_whose_key_ends_is_not_served_on()
    {
        await using var server = await Start();
        await using var live = await Follow(server, "north");
        _keys.Replace([Key("south")]);
        while (await live.NextOrEnd() is not null)
            continue;
        Assert.Equal(0, server.Live.Streams);
    }

    [Fact]
    public async Task Whoever_does_not_read_is_cut_off_and_nothing_is_kept_for_him()
    {
        await using var server = await Start(new ApiOptions
        {
            LiveBeat = TimeSpan.FromMilliseconds(20), LiveWriteTime = TimeSpan.FromMilliseconds(300),
        });
        using var deaf = new TcpClient { ReceiveBufferSize = 1_024 };
        await deaf.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);
        await deaf.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer north\r\n\r\n"));
        await Eventually.True(() => server.Live.Streams == 1);
        await Eventually.True(() =>
        {
            _log.Append("north", 500);
            return server.Live.Streams == 0;
        });
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams_at_once()
    {
        var server = await Start();
        await using var live = await Follow(server, "north");
        var stopping = server.DisposeAsync();
        await ReadToTheEnd(live).WaitAsync(TimeSpan.FromSeconds(10));
        await stopping.AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    private Task<ApiServer> Start(ApiOptions? options = null) => ApiServer.Start(
        new KnowsNothing(), new OneProjection("sales", "live") { LogTail = _log },
        (options ?? new ApiOptions { LiveBeat = TimeSpan.FromMilliseconds(50) }) with { Keys = _keys });

    private static async Task<LiveReader> Follow(ApiServer server, string tenant)
    {
        var live = await LiveReader.Open(server, "/v1/live", Bearer(tenant));
        Assert.Equal("hello", (await live.Next()).Name);
        return live;
    }

    private static async Task ReadToTheEnd(LiveReader live)
    {
        while (await live.NextOrEnd() is not null)
        {
            // A beat was still on its way.
        }
    }

    private static ApiKey Key(string tenant) => new(tenant, ApiKeySecret.Hash(tenant), tenant, Scopes.All.ToHashSet());

    private static (string Name, string Value) Bearer(string secret) => ("Authorization", $"Bearer {secret}");
}
