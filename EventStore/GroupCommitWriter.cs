using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>
/// The process's one writer: takes what waits and commits it as one batch, one after another. There is no timer; a lone
/// append goes at once, and a batch is what arrived while the last one was being committed.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>A batch that the server refuses so often, for whatever reason, is tried in parts.</summary>
    private const int AttemptsTogether = 3;

    private readonly NpgsqlDataSource _dataSource;
    private readonly EventStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly Doorbell _doorbell;
    private readonly FreshEvents _fresh;
    private readonly AppendQueue _queue;
    private readonly Task _loop;
    private AppendSession? _session;
    private volatile bool _isAppending;

    public GroupCommitWriter(NpgsqlDataSource dataSource, EventStoreOptions options, TimeProvider time, Doorbell doorbell, FreshEvents fresh)
    {
        _dataSource = dataSource;
        _options = options;
        _time = time;
        _doorbell = doorbell;
        _fresh = fresh;
        _queue = new AppendQueue(options, time);
        _loop = Task.Run(Run);
    }

    public long Batches { get; private set; }

    /// <summary>A batch is on its way to the database, or its answer back.</summary>
    public bool IsAppending => _isAppending;

    /// <summary>Cancelling helps while the append waits in the queue; afterwards its outcome is waited for.</summary>
    public async Task<AppendResult> Append(Append append, CancellationToken cancellation)
    {
        AppendRules.Check(append);
        var pending = new PendingAppend(append, _time.GetTimestamp());
        await _queue.Add(pending, cancellation);
        await using var registration = cancellation.UnsafeRegister(
            static (state, token) => ((PendingAppend)state!).Abandon(token), pending);
        return await pending.Reply;
    }

    /// <summary>Writes what waits, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _loop;
    }

    private async Task Run()
    {
        var batch = new List<PendingAppend>();
        while (await _queue.TakeBatch(batch))
        {
            _isAppending = true;
            await Commit(batch);
            _isAppending = false;
        }
        await CloseSession();
    }

    /// <summary>Returns when each append of the batch has its answer.</summary>
    private async Task Commit(List<PendingAppend> batch)
    {
        var pause = FirstPause;
        Exception? last = null;
        for (var attempt = 1; ; attempt++)
        {
            FailExpired(batch, last);
            if (batch.Count == 0)
                return;
            try
            {
                Answer(batch, await Attempt(batch));
                return;
            }
            catch (Exception error)
            {
                last = error;
            }
            if (AppendErrors.IsDeterministic(last) || (batch.Count > 1 && attempt >= AttemptsTogether && AppendErrors.IsRolledBack(last)))
            {
                if (!AppendErrors.IsRolledBack(last))
                    await CloseSession();
                await Isolate(batch, last);
                return;
            }
            await CloseSession();
            await Task.Delay(pause, _time);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<AppendOutcome[]> Attempt(List<PendingAppend> batch)
    {
        using var limit = new CancellationTokenSource(_options.AttemptLimit, _time);
        _session ??= await AppendSession.Open(_dataSource, limit.Token);
        try
        {
            return await _session.Execute(batch, batch.Exists(pending => pending.MayBeCommitted), limit.Token);
        }
        catch (Exception error) when (!AppendErrors.IsRolledBack(error))
        {
            batch.ForEach(pending => pending.MayBeCommitted = true);
            throw;
        }
    }

    private void Answer(List<PendingAppend> batch, AppendOutcome[] outcomes)
    {
        Batches++;
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

    /// <summary>Halves the batch until the bad append is alone with its error, and the others are through.</summary>
    private async Task Isolate(List<PendingAppend> batch, Exception error)
    {
        if (batch.Count == 1)
        {
            batch[0].Fail(AppendErrors.Explain(error, batch[0].Request));
            return;
        }
        var half = batch.Count / 2;
        await Commit(batch.GetRange(0, half));
        await Commit(batch.GetRange(half, batch.Count - half));
    }

    private void FailExpired(List<PendingAppend> batch, Exception? last) => batch.RemoveAll(pending =>
    {
        if (_time.GetElapsedTime(pending.StartedAt) < _options.AppendLimit)
            return false;
        pending.Fail(pending.MayBeCommitted
            ? new AppendOutcomeUnknownException(
                $"The database did not say within {_options.AppendLimit} whether the append to {pending.Request.Stream} was committed.", last)
            : new StoreUnavailableException(
                $"The database was not available for {_options.AppendLimit}; nothing was written to {pending.Request.Stream}.", last));
        return true;
    });

    private async Task CloseSession()
    {
        if (_session is not { } session)
            return;
        _session = null;
        try
        {
            await session.DisposeAsync();
        }
        catch (Exception)
        {
            // The connection is given up because it failed; how it ends tells nothing new, and must not end the writer.
        }
    }
}
