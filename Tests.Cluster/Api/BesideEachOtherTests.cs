using OrleansOrders.Api;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Api;

public sealed class BesideEachOtherTests
{
    private readonly List<TaskCompletionSource<string>> calls = [];
    private TaskCompletionSource loss = new();

    [Fact]
    public async Task Without_a_loss_a_call_is_made_once()
    {
        var answer = Make();
        calls[0].SetResult("first");
        Assert.Equal("first", await answer);
        Assert.Single(calls);
    }

    [Fact]
    public async Task After_a_loss_the_second_call_answers_for_the_first()
    {
        var answer = Make();
        Lose();
        await Eventually.True(() => calls.Count == 2);
        calls[1].SetResult("second");
        Assert.Equal("second", await answer);
    }

    [Fact]
    public async Task The_first_call_may_still_answer()
    {
        var answer = Make();
        Lose();
        await Eventually.True(() => calls.Count == 2);
        calls[0].SetResult("first");
        Assert.Equal("first", await answer);
    }

    [Fact]
    public async Task A_failure_waits_for_the_other_call_and_stands_when_that_fails_too()
    {
        var (answered, failed) = (Make(), Make());
        Lose();
        await Eventually.True(() => calls.Count == 4);
        foreach (var call in calls.Take(2))
            call.SetException(new TimeoutException("the first"));
        Assert.False(answered.IsCompleted);
        calls[2].SetResult("second");
        calls[3].SetException(new TimeoutException("the second"));
        // Which of the two made the third call is chance; one has its answer, the other both failures.
        await Assert.ThrowsAsync<TimeoutException>(() => Task.WhenAll(answered, failed));
        Assert.Equal("second", answered.IsCompletedSuccessfully ? await answered : await failed);
    }

    [Fact]
    public async Task Losses_without_end_make_no_calls_without_end()
    {
        var answer = Make();
        for (var number = 2; number <= 3; number++)
        {
            Lose();
            await Eventually.True(() => calls.Count == number);
        }
        Lose();
        calls[0].SetResult("first");
        Assert.Equal("first", await answer);
        Assert.Equal(3, calls.Count);
    }

    private Task<string> Make() => BesideEachOther.Make(
        () =>
        {
            var call = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (calls)
                calls.Add(call);
            return call.Task;
        },
        () => loss.Task);

    private void Lose()
    {
        var lost = loss;
        loss = new TaskCompletionSource();
        lost.SetResult();
    }
}
