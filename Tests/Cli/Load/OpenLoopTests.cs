using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OrleansOrders.Cli.Load;

namespace OrleansOrders.Tests.Cli.Load;

public sealed class OpenLoopTests
{
    [Fact]
    public async Task A_server_that_stalls_gets_its_requests_all_the_same_and_the_stall_is_in_the_percentiles()
    {
        var stall = TimeSpan.FromMilliseconds(300);
        await using var server = await StallingServer.Start(afterRequests: 100, stall);
        using var http = new LoadHttp(server.Url, 256);
        var latency = new LatencyHistogram();

        var outcome = await new OpenLoop(new OpenLoopOptions(300, TimeSpan.FromSeconds(1.5), 1)).Run(async (arrival, abort) =>
        {
            var answer = await http.Send(HttpMethod.Get, server.Url, null, null, abort);
            Assert.Equal(AnswerKind.Done, answer.Kind);
            latency.Record(arrival.Elapsed);
        }, CancellationToken.None);

        // About ninety of 450 were due during the stall, each at another moment of it. A loop that waits for replies would
        // have sent one of them, or one for each connection.
        Assert.Equal(outcome.Arrivals, latency.Count);
        Assert.InRange(outcome.Arrivals, 380, 520);
        Assert.InRange(latency.Percentile(0.99), stall * 0.8, TimeSpan.MaxValue);
        Assert.InRange(latency.Percentile(0.9), stall * 0.2, TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Latency_counts_from_when_a_request_was_due_also_when_it_is_sent_late()
    {
        var latency = new LatencyHistogram();
        var blocked = TimeSpan.FromMilliseconds(200);

        var outcome = await new OpenLoop(new OpenLoopOptions(500, TimeSpan.FromSeconds(0.5), 2)).Run((arrival, _) =>
        {
            // The loop's own thread is held up, as by a machine that is too busy.
            if (arrival.Number == 20)
                SpinWait.SpinUntil(() => arrival.Elapsed > blocked);
            latency.Record(arrival.Elapsed);
            return Task.CompletedTask;
        }, CancellationToken.None);

        Assert.InRange(latency.Percentile(0.8), blocked * 0.2, TimeSpan.MaxValue);
        Assert.InRange(outcome.SendDelay.Maximum, blocked * 0.8, TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Arrivals_beyond_the_limit_are_counted_and_not_sent()
    {
        var unanswered = 0;

        var outcome = await new OpenLoop(new OpenLoopOptions(1_000, TimeSpan.FromSeconds(0.2), 3)
        {
            MostInFlight = 10,
            LongestDrain = TimeSpan.FromMilliseconds(50),
        }).Run(async (_, abort) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, abort).ContinueWith(_ => { }, TaskScheduler.Default);
            Interlocked.Increment(ref unanswered);
        }, CancellationToken.None);

        Assert.Equal(10, unanswered);
        Assert.Equal(outcome.Arrivals - 10, outcome.NotSent);
        Assert.InRange(outcome.Arrivals, 130, 280);
        Assert.False(outcome.IsInterrupted);
    }

    [Fact]
    public async Task Interrupted_it_sends_no_more_and_waits_for_what_is_under_way()
    {
        using var stop = new CancellationTokenSource();
        var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var replies = 0;

        var running = new OpenLoop(new OpenLoopOptions(1_000, TimeSpan.FromHours(1), 4)).Run(async (arrival, _) =>
        {
            if (arrival.Number == 9)
                await stop.CancelAsync();
            await reply.Task;
            Interlocked.Increment(ref replies);
        }, stop.Token);
        await Task.WhenAny(running, Task.Delay(50));
        Assert.False(running.IsCompleted);
        reply.SetResult();
        var outcome = await running;

        Assert.True(outcome.IsInterrupted);
        Assert.Equal(outcome.Arrivals, replies);
        Assert.InRange(outcome.Arrivals, 10, 12);
    }

    [Fact]
    public async Task A_request_that_throws_ends_the_loop_loudly() => await Assert.ThrowsAsync<InvalidOperationException>(
        () => new OpenLoop(new OpenLoopOptions(1_000, TimeSpan.FromHours(1), 5)).Run((_, _) => throw new FormatException(), CancellationToken.None));

    /// <summary>Answers at once, until after some requests it answers none for a while.</summary>
    private sealed class StallingServer(int afterRequests, TimeSpan stall) : IAsyncDisposable
    {
        private readonly Lock gate = new();
        private WebApplication application = null!;
        private Task stalled = Task.CompletedTask;
        private int seen;

        public Uri Url => new(application.Urls.First());

        public static async Task<StallingServer> Start(int afterRequests, TimeSpan stall)
        {
            var server = new StallingServer(afterRequests, stall);
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            server.application = builder.Build();
            server.application.Urls.Add("http://127.0.0.1:0");
            server.application.Run(_ => server.Answer());
            await server.application.StartAsync();
            return server;
        }

        public ValueTask DisposeAsync() => application.DisposeAsync();

        private Task Answer()
        {
            lock (gate)
            {
                if (++seen == afterRequests)
                    stalled = Task.Delay(stall);
                return stalled;
            }
        }
    }
}
