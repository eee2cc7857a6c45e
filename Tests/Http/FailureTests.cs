using System.Text.Json.Nodes;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Http;

/// <summary>What a caller is told when the inside fails, which the real engine cannot be made to do at will.</summary>
[Collection(StandaloneApi.Name)]
public sealed class FailureTests(StandaloneApiHost host)
{
    private const string Secret = "Host=secret-host;Password=hunter2";

    [Fact]
    public async Task Nothing_done_is_503_and_says_that_it_may_be_repeated()
    {
        await using var server = await Start(_ => throw new UnavailableException(Secret));
        var answer = (await Create(server)).ExpectProblem(503, "unavailable");
        Assert.NotNull(answer.Header("Retry-After"));
        Assert.DoesNotContain("hunter2", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_outcome_is_503_and_says_to_repeat_with_the_same_key()
    {
        await using var server = await Start(_ => throw new OutcomeUnknownException(Secret));
        var answer = (await Create(server)).ExpectProblem(503, "outcome-unknown");
        Assert.NotNull(answer.Header("Retry-After"));
        Assert.Contains("same Idempotency-Key", (string)answer.Json["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_defect_is_500_without_its_inside_and_logged_with_the_trace()
    {
        await using var server = await Start(_ => throw new InvalidOperationException(Secret));
        var answer = (await Create(server)).ExpectProblem(500, "internal");
        Assert.DoesNotContain("hunter2", answer.Text, StringComparison.Ordinal);
        Assert.Contains((string)answer.Json["traceId"]!, server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_was_done_but_cannot_be_answered_is_not_called_undone()
    {
        await using var server = await Start(call => call is "load" ? throw new UnavailableException(Secret) : new CommandOutcome.Done(3, 3, false));
        (await Create(server)).ExpectProblem(503, "outcome-unknown");
    }

    [Fact]
    public async Task A_key_whose_request_is_running_is_in_use_and_free_again_afterwards()
    {
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await Start(_ =>
        {
            entered.TrySetResult();
            release.Task.Wait(TimeSpan.FromSeconds(20));
            throw new UnavailableException("no");
        });
        var first = Task.Run(() => Create(server, "one-key"));
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var second = (await Create(server, "one-key")).ExpectProblem(409, "idempotency-key-in-use");
        Assert.NotNull(second.Header("Retry-After"));
        release.SetResult();
        (await first).ExpectProblem(503, "unavailable");
        (await Create(server, "one-key")).ExpectProblem(503, "unavailable");
    }

    [Fact]
    public async Task A_database_that_does_not_answer_makes_the_host_unready_but_not_dead()
    {
        await using var server = await Start(_ => throw new UnavailableException(Secret));
        var api = new ApiClient(server);
        var answer = (await api.Get("/health/ready")).ExpectProblem(503, "not-ready");
        Assert.Equal([("/store", "unavailable")], answer.Errors);
        (await api.Get("/health/live")).Expect(200);
    }

    [Fact]
    public async Task A_projection_that_has_stopped_is_named_and_the_host_takes_orders_all_the_same()
    {
        await using var server = await ApiServer.Start(host.Aggregates, new OneProjection("sales", "failed"));
        var answer = (await new ApiClient(server).Get("/health/ready")).Expect(200);
        Assert.Equal("degraded", answer.State);
        var trouble = Assert.Single(answer.Json["troubles"]!.AsArray())!;
        Assert.Equal(("/projections/sales", "projection-failed"), ((string)trouble["pointer"]!, (string)trouble["code"]!));
    }

    [Fact]
    public async Task A_host_has_started_once_it_was_ready_whatever_comes_later_and_says_before_what_is_missing()
    {
        var obstacle = "No silo of the cluster can be reached.";
        await using var server = await ApiServer.Start(
            host.Aggregates, new OneProjection("sales", "live"), new ApiOptions { Obstacle = () => obstacle });
        var api = new ApiClient(server);
        var before = (await api.Get("/health/startup")).ExpectProblem(503, "not-ready");
        Assert.Equal([("/cluster", "unavailable")], before.Errors);
        obstacle = null;
        Assert.Equal("started", (await api.Get("/health/startup")).Expect(200).State);
        obstacle = "No silo of the cluster can be reached.";
        (await api.Get("/health/ready")).ExpectProblem(503, "not-ready");
        Assert.Equal("started", (await api.Get("/health/startup")).Expect(200).State);
    }

    [Theory]
    [InlineData("live")]
    [InlineData("rebuilding")]
    public async Task A_projection_that_is_at_work_does_not(string state)
    {
        await using var server = await ApiServer.Start(host.Aggregates, new OneProjection("sales", state));
        (await new ApiClient(server).Get("/health/ready")).Expect(200);
    }

    [Fact]
    public async Task A_lost_connection_is_unavailable_to_a_query_and_unknown_to_a_command()
    {
        await using var server = await Start(_ => throw new TimeoutException(Secret));
        (await new ApiClient(server).Get("/v1/payments/x")).ExpectProblem(503, "unavailable");
        (await Create(server)).ExpectProblem(503, "outcome-unknown");
    }

    [Fact]
    public async Task A_refused_card_number_is_in_no_log_at_any_level()
    {
        const string number = "5555555555554444";
        await using var server = await ApiServer.Start(host.Aggregates, host.ReadModels);
        var api = new ApiClient(server);
        (await api.Get($"/v1/orders/{number}?q={number}")).ExpectProblem(400, "card-number");
        (await api.Post("/v1/orders", new JsonObject { ["customerId"] = number, [number] = number }, number)).ExpectProblem(400, "card-number");
        Assert.DoesNotContain(number, server.Log.Text, StringComparison.Ordinal);
    }

    private static Task<Answer> Create(ApiServer server, string? key = null) => new ApiClient(server).Post("/v1/orders", new JsonObject
    {
        ["customerId"] = "c",
        ["currency"] = "EUR",
        ["paymentMethod"] = "pm_ok",
        ["lines"] = new JsonArray(new JsonObject { ["sku"] = "a", ["quantity"] = 1, ["unitPrice"] = 1 }),
    }, key);

    private Task<ApiServer> Start(Func<string, CommandOutcome> answer) => ApiServer.Start(new FailingAggregates(answer), host.ReadModels);

    private sealed class FailingAggregates(Func<string, CommandOutcome> answer) : IAggregates
    {
        public Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation) =>
            Task.Run(() => answer("execute"), CancellationToken.None);

        public Task<Loaded<TState>> Load<TState>(string tenant, string id, PointInTime point, CancellationToken cancellation)
            where TState : class => Fail<Loaded<TState>>("load");

        public Task<IReadOnlyList<EventEnvelope>> ReadStream(
            string tenant, string streamType, string id, long afterVersion, int limit, CancellationToken cancellation) =>
            Fail<IReadOnlyList<EventEnvelope>>("read");

        public Task<IReadOnlyList<EventEnvelope>> ReadStory(string tenant, string orderId, long afterPosition, CancellationToken cancellation) =>
            Fail<IReadOnlyList<EventEnvelope>>("read");

        private Task<T> Fail<T>(string call) => Task.Run(() => answer(call) is { } done ? throw new InvalidOperationException($"{done} is no {call}") : default(T)!);
    }
}
