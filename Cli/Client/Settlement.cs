using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Client;

/// <summary>How the fulfilments of some orders ended.</summary>
public sealed record FulfilmentEnds(int Completed, int Compensated, int Parked);

/// <summary>Waits until what was set off is done: fulfilments at rest, refunds answered, read models up to date.</summary>
public sealed class Settlement(ApiClient api, Progress progress, TimeProvider time)
{
    private const int PageSize = 200;

    // Enough to find one of ours among those under way, usually.
    private const int FirstLook = 10;

    // Far beyond a step's deadline: whatever does not move for so long needs a person.
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until the fulfilment of every order has ended or is parked.</summary>
    /// <param name="wanted">The ends that are waited for, where not every one will do.</param>
    /// <exception cref="Failure">They do not come to rest.</exception>
    public async Task<FulfilmentEnds> WaitForFulfilments(
        IReadOnlyCollection<string> orderIds, CancellationToken cancellation, params string[] wanted)
    {
        progress.Begin("fulfilments at rest", orderIds.Count);
        var pending = orderIds.ToHashSet(StringComparer.Ordinal);
        var ends = new Dictionary<string, int> { ["completed"] = 0, ["compensated"] = 0, ["parked"] = 0 };
        var nextCount = TimeSpan.Zero;
        var started = time.GetTimestamp();
        await WaitUntil(async () =>
        {
            // The short lists first; all are read now and then to show progress, and when none of ours is open any more.
            var isOpen = await HasAny("running", pending, cancellation) || await HasAny("compensating", pending, cancellation);
            var now = time.GetElapsedTime(started);
            if (isOpen && now < nextCount)
                return (false, pending.Count);
            await Collect(pending, ends, wanted, cancellation);
            nextCount = now + (time.GetElapsedTime(started) - now) * 10 + TimeSpan.FromSeconds(2);
            progress.Set(orderIds.Count - pending.Count);
            return (pending.Count == 0, pending.Count);
        }, "fulfilments do not come to rest", cancellation);
        return new FulfilmentEnds(ends["completed"], ends["compensated"], ends["parked"]);
    }

    /// <summary>Waits until each order's refunds have an answer and make up at least the amount.</summary>
    /// <returns>How much was refunded, and how much the provider refused to refund.</returns>
    public async Task<(long Refunded, long Refused)> WaitForRefunds(
        IReadOnlyDictionary<string, long> expected, CancellationToken cancellation)
    {
        progress.Begin("refunds settled", expected.Count);
        var (refunded, refused) = (0L, 0L);
        foreach (var (orderId, amount) in expected)
        {
            await WaitUntil(async () =>
            {
                var refunds = (await api.Get($"/v1/payments/{orderId}", ClientJson.Default.PaymentReply, cancellation)).Refunds;
                if (refunds.Sum(refund => refund.Amount) < amount || refunds.Any(refund => refund.Status == "requested"))
                    return (false, refunds.Count);
                refunded += refunds.Where(refund => refund.Status == "refunded").Sum(refund => refund.Amount);
                refused += refunds.Where(refund => refund.Status == "failed").Sum(refund => refund.Amount);
                return (true, refunds.Count);
            }, $"the refunds of order {orderId} get no answer", cancellation);
            progress.Advance();
        }
        return (refunded, refused);
    }

    /// <summary>Waits until every read model has applied what the log holds now.</summary>
    /// <exception cref="Failure">A read model has failed, or does not move.</exception>
    public async Task WaitForProjections(CancellationToken cancellation)
    {
        progress.Begin("events projected", 0);
        var end = 0L;
        await WaitUntil(async () =>
        {
            var projections = (await api.Get("/v1/projections", ClientJson.Default.ProjectionPage, cancellation)).Items;
            if (projections.FirstOrDefault(projection => projection.State == "failed") is { } failed)
                throw new Failure(ExitCodes.Failed, $"The read model {failed.Name} has failed: {failed.Error}");
            end = end > 0 ? end : projections.Max(projection => projection.End);
            var slowest = projections.Min(projection => projection.Position);
            progress.Set(slowest);
            return (slowest >= end, slowest);
        }, "the read models do not catch up", cancellation);
    }

    /// <summary>
    /// Waits until nothing is under way on the whole server, whoever set it off: no fulfilment is open, and fulfilments and
    /// read models have seen the log's end.
    /// </summary>
    /// <exception cref="Failure">It does not come to rest.</exception>
    public async Task WaitForRest(CancellationToken cancellation)
    {
        progress.Begin("events followed", 0);
        await WaitUntil(async () =>
        {
            var followers = (await api.Get("/v1/consumers", ClientJson.Default.ConsumerPage, cancellation)).Items
                .Where(follower => follower.IsReadModel || follower.Name == ConsumerReply.Reactions).ToList();
            if (followers.FirstOrDefault(follower => follower.State == "failed") is { } failed)
                throw new Failure(ExitCodes.Failed, $"The read model {failed.Name} has failed: {failed.Error}");
            progress.Set(followers.Min(follower => follower.Position));
            var end = followers.Max(follower => follower.End);
            var isDone = followers.All(follower => follower.Position >= end)
                && !await IsAny("running", cancellation) && !await IsAny("compensating", cancellation);
            return (isDone, followers.Sum(follower => follower.Position));
        }, "the server does not come to rest", cancellation);
    }

    private async Task WaitUntil(Func<Task<(bool IsDone, long State)>> look, string complaint, CancellationToken cancellation)
    {
        var moved = time.GetTimestamp();
        long? last = null;
        while (true)
        {
            var (isDone, state) = await look();
            if (isDone)
                return;
            if (state != last)
                (last, moved) = (state, time.GetTimestamp());
            if (time.GetElapsedTime(moved) > LongestStandstill)
                throw new Failure(ExitCodes.Failed, $"For {LongestStandstill.TotalMinutes:0} minutes, {complaint}: see `orders doctor`.");
            await Task.Delay(Poll, time, cancellation);
        }
    }

    private async Task<bool> IsAny(string status, CancellationToken cancellation) =>
        (await api.Get($"/v1/fulfilments?status={status}&limit=1", ClientJson.Default.FulfilmentPage, cancellation)).Items.Count > 0;

    private async Task<bool> HasAny(string status, HashSet<string> orderIds, CancellationToken cancellation)
    {
        await foreach (var fulfilment in Read($"/v1/fulfilments?status={status}&limit={FirstLook}", cancellation))
        {
            if (orderIds.Contains(fulfilment.OrderId))
                return true;
        }
        return false;
    }

    private async Task Collect(
        HashSet<string> pending, Dictionary<string, int> ends, string[] wanted, CancellationToken cancellation)
    {
        await foreach (var fulfilment in Read($"/v1/fulfilments?limit={PageSize}", cancellation))
        {
            var isEnd = wanted.Length > 0 ? wanted.Contains(fulfilment.Status) : ends.ContainsKey(fulfilment.Status);
            if (isEnd && pending.Remove(fulfilment.OrderId))
                ends[fulfilment.Status]++;
        }
    }

    private async IAsyncEnumerable<FulfilmentReply> Read(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var next = ""; next is not null;)
        {
            var cursor = next.Length == 0 ? "" : $"&cursor={Uri.EscapeDataString(next)}";
            var page = await api.Get(path + cursor, ClientJson.Default.FulfilmentPage, cancellation);
            foreach (var item in page.Items)
                yield return item;
            next = page.Next;
        }
    }
}
