using OrleansOrders.Engine;

namespace OrleansOrders.Tests.Engine;

public sealed class GatheredTests
{
    private readonly List<int[]> served = [];
    private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task What_comes_while_one_is_served_is_served_together_and_in_order()
    {
        var gathered = new Gathered<int, string>(3, Serve);
        var replies = Enumerable.Range(0, 8).Select(number => gathered.Ask(number, default)).ToList();
        open.SetResult();

        Assert.Equal(Enumerable.Range(0, 8).Select(number => $"{number}!"), await Task.WhenAll(replies));
        Assert.Equal([[0], [1, 2, 3], [4, 5, 6], [7]], served);
        Assert.Equal("9!", await gathered.Ask(9, default));
    }

    [Fact]
    public async Task A_failure_is_told_to_those_who_were_served_and_to_nobody_else()
    {
        var gathered = new Gathered<int, string>(2, Serve);
        var replies = new[] { 0, -1, 1, 2 }.Select(number => gathered.Ask(number, default)).ToList();
        open.SetResult();

        Assert.Equal("0!", await replies[0]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => replies[1]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => replies[2]);
        Assert.Equal("2!", await replies[3]);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_others_theirs()
    {
        var gathered = new Gathered<int, string>(10, Serve);
        using var impatient = new CancellationTokenSource();
        var (first, given, other) = (gathered.Ask(0, default), gathered.Ask(1, impatient.Token), gathered.Ask(2, default));
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        open.SetResult();

        Assert.Equal(("0!", "2!"), (await first, await other));
        Assert.Equal([1, 2], served[1]);
    }

    private async Task<IReadOnlyList<string>> Serve(IReadOnlyList<int> numbers)
    {
        served.Add([.. numbers]);
        await open.Task;
        return numbers.Contains(-1) ? throw new InvalidOperationException("no") : [.. numbers.Select(number => $"{number}!")];
    }
}
