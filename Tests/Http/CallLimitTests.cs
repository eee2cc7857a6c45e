using OrleansOrders.Domain.Ports;
using OrleansOrders.Hosting;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Http;

public sealed class CallLimitTests
{
    private const string Path = "/v1/payments/none";

    private readonly ManualTime time = new();

    [Fact]
    public void A_burst_is_two_seconds_worth_and_what_was_used_comes_back_evenly()
    {
        var limiter = new RateLimiter(10, time);
        Assert.Equal(20, Enumerable.Range(0, 25).Count(_ => limiter.Take("a") is null));
        Assert.Equal(TimeSpan.FromMilliseconds(100), limiter.Take("a"));
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(TimeSpan.FromMilliseconds(1), limiter.Take("a"));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(limiter.Take("a"));
        Assert.NotNull(limiter.Take("a"));
        Assert.Null(limiter.Take("b"));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(20, Enumerable.Range(0, 25).Count(_ => limiter.Take("a") is null));
    }

    [Fact]
    public async Task Requests_at_the_same_time_do_not_get_more_than_there_is()
    {
        var limiter = new RateLimiter(100, time);
        var granted = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 500).Count(_ => limiter.Take("a") is null))));
        Assert.Equal(200, granted.Sum());
    }

    [Fact]
    public void Any_number_of_names_takes_a_bounded_place_and_none_is_without_a_limit()
    {
        var limiter = new RateLimiter(1, time);
        for (var i = 0; i < RateLimiter.MostNames; i++)
            limiter.Take($"n{i}");
        Assert.Equal(2, Enumerable.Range(0, 50).Count(i => limiter.Take($"late{i}") is null));
        Assert.Equal(RateLimiter.MostNames, limiter.Names);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(limiter.Take("later"));
        Assert.Equal(1, limiter.Names);
    }

    [Fact]
    public async Task A_key_that_asks_too_often_is_told_when_to_come_back_and_the_others_are_not_held_up()
    {
        await using var server = await Start(new CallLimits { PerKey = 1 }, new KnowsNothing());
        var api = new ApiClient(server);
        (await api.Get(Path, Bearer("a"))).Expect(404);
        (await api.Get(Path, Bearer("a"))).Expect(404);
        var refused = (await api.Get(Path, Bearer("a"))).ExpectProblem(429, "rate-limited");
        Assert.Equal("1", refused.Header("Retry-After"));
        (await api.Get(Path, Bearer("b"))).Expect(404);
        (await api.Get("/health/live")).Expect(200);
        time.Advance(TimeSpan.FromSeconds(1));
        (await api.Get(Path, Bearer("a"))).Expect(404);
    }

    [Fact]
    public async Task All_keys_of_a_tenant_share_its_limit_and_other_tenants_have_their_own()
    {
        await using var server = await Start(new CallLimits { PerTenant = 1 }, new KnowsNothing());
        var api = new ApiClient(server);
        (await api.Get(Path, Bearer("a"))).Expect(404);
        (await api.Get(Path, Bearer("b"))).Expect(404);
        (await api.Get(Path, Bearer("a"))).ExpectProblem(429, "rate-limited");
        (await api.Get(Path, Bearer("south"))).Expect(404);
    }

    [Fact]
    public async Task Who_has_no_credential_uses_up_nobodys_limit()
    {
        await using var server = await Start(new CallLimits { PerKey = 1, PerTenant = 1 }, new KnowsNothing());
        var api = new ApiClient(server);
        for (var i = 0; i < 5; i++)
            (await api.Get(Path, Bearer("nobody"))).ExpectProblem(401, "credential-unknown");
        (await api.Get(Path, Bearer("a"))).Expect(404);
    }

    [Fact]
    public async Task Above_the_number_that_may_run_at_once_requests_are_turned_away_and_health_is_not()
    {
        var busy = new KnowsNothing { Gate = new TaskCompletionSource() };
        await using var server = await Start(new CallLimits { Concurrent = 1 }, busy);
        var api = new ApiClient(server);
        var first = api.Get(Path, Bearer("a"));
        await busy.Entered.Task;
        var refused = (await api.Get(Path, Bearer("b"))).ExpectProblem(503, "overloaded");
        Assert.Equal("1", refused.Header("Retry-After"));
        (await api.Get("/health/live")).Expect(200);
        busy.Gate.SetResult();
        (await first).Expect(404);
        // The place is free when the request has ended, which may be a moment after its answer was read.
        await Eventually.True(async () => (await api.Get(Path, Bearer("a"))).Status == 404);
    }

    [Fact]
    public void Without_keys_there_are_no_limits_and_with_keys_there_are_some_and_the_environment_says_others()
    {
        Assert.Equal(CallLimits.None, LimitSettings.Read(hasKeys: false, _ => null));
        Assert.Equal(CallLimits.Standard, LimitSettings.Read(hasKeys: true, _ => ""));
        Assert.Equal(
            CallLimits.Standard with { PerKey = 7, Concurrent = 0 },
            LimitSettings.Read(hasKeys: true, name => name switch { LimitSettings.PerKey => "7", LimitSettings.Concurrent => "0", _ => null }));
        Assert.Throws<Failure>(() => LimitSettings.Read(hasKeys: true, _ => "-1"));
        Assert.Throws<Failure>(() => LimitSettings.Read(hasKeys: true, _ => "many"));
    }

    private Task<ApiServer> Start(CallLimits limits, IAggregates aggregates)
    {
        ApiKey[] keys = [Key("a", "north"), Key("b", "north"), Key("south", "south")];
        return ApiServer.Start(aggregates, new OneProjection("sales", "live"), new ApiOptions { Keys = new KeyRing(keys), Limits = limits }, time);
    }

    private static ApiKey Key(string id, string tenant) => new(id, ApiKeySecret.Hash(id), tenant, Scopes.All.ToHashSet());

    private static (string Name, string Value) Bearer(string secret) => ("Authorization", $"Bearer {secret}");
}
