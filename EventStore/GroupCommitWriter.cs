using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>
/// The process's one writer: takes what waits and commits it as one batch, one after another. There is no timer; a lone
/// append goes at once, and a batch is what arrived while the last one was being committed. Where so much arrives that it is
/// worth a commit of its own, it is sent already while the batch before it is on its way: the server then has the next one
/// in its hands when the lock on the log comes free.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Doorbell _doorbell;
    private readonly FreshEvents _fresh;
    private readonly AppendQueue _queue;
    private readonly AppendLane[] _lanes;
    private readonly Task _loop;
    private long _batches;

    public GroupCommitWriter(NpgsqlDataSource dataSource, EventStoreOptions options, TimeProvider time, Doorbell doorbell, FreshEvents fresh)
    {
        _time = time;
        _doorbell = doorbell;
        _fresh = fresh;
        _queue = new AppendQueue(options, time);
        var name = new WriterName();
        _lanes = [new AppendLane(dataSource, options, time, name, Answer), new AppendLane(dataSource, options, time, name, Answer)];
        _loop = Task.Run(Run);
    }

    public long Batches => Volatile.Read(ref _batches);

    /// <summary>A batch is on its way to the database, or its answer back.</summary>
    public bool IsAppending => Array.Exists(_lanes, lane => !lane.Work.IsCompleted);

    /// <summary>Cancelling helps while the append waits in the queue; afterwards its outcome is waited for.</summary>
    public async Task<AppendResult> Append(Append append, CancellationToken cancellation)
    {
        AppendRules.Check(append);
        var pending = new PendingAppend(append, _time.GetTimestamp());
        AppendTelemetry.Begin();
        AppendResult? result = null;
        try
        {
            await _queue.Add(pending, cancellation);
            await using var registration = cancellation.UnsafeRegister(
                static (state, token) => ((PendingAppend)state!).Abandon(token), pending);
            return result = await pending.Reply;
        }
        finally
        {
            AppendTelemetry.End(pending, result, _time.GetElapsedTime(pending.StartedAt));
        }
    }

    /// <summary>Writes what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _loop;
    }

    private async Task Run()
    {
        while (true)
        {
            await Task.WhenAny(_lanes[0].Work, _lanes[1].Work);
            // The second one only beside the first: a little traffic has one connection.
            var (next, other) = _lanes[0].Work.IsCompleted ? (_lanes[0], _lanes[1]) : (_lanes[1], _lanes[0]);
            _queue.Release(next.Batch);
            if (other.Work.IsCompleted)
            {
                _queue.Release(other.Batch);
                if (!await _queue.WaitForAny())
                    break;
            }
            else
            {
                await _queue.WaitForMany(other.Work);
                if (other.Work.IsCompleted)
                    continue;
            }
            _queue.Choose(next.Batch);
            if (next.Batch.Count > 0)
                next.Start();
            else
                await other.Work; // what waits is for the streams of that batch
        }
        foreach (var lane in _lanes)
        {
            await lane.Work;
            await lane.DisposeAsync();
        }
    }

    private void Answer(List<PendingAppend> batch, AppendOutcome[] outcomes)
    {
        Interlocked.Increment(ref _batches);
        AppendTelemetry.Answered(batch, outcomes);
        var end = 0L;
        foreach (var outcome in outcomes)
        {
            if (outcome.Result is AppendResult.Appended appended)
                end = Math.Max(end, appended.Head.Position);
        }
        _fresh.Add(batch, outcomes);
        _doorbell.Ring(end);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i].Error is { } error)
                batch[i].Fail(error);
            else
                batch[i].Answer(outcomes[i].Result!);
        }
    }
}
