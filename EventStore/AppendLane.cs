using System.Diagnostics;
using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>
/// One of the writer's connections, and the batch that is on its way on it. It tries until each append has its answer, on a
/// new connection after any error that leaves the old one's fate open.
/// </summary>
/// <param name="name">Shared with the writer's other lanes.</param>
/// <param name="answered">Called with a batch whose appends have their outcomes.</param>
internal sealed class AppendLane(
    NpgsqlDataSource dataSource, EventStoreOptions options, TimeProvider time, WriterName name,
    Action<List<PendingAppend>, AppendOutcome[]> answered) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>A batch that the server refuses so often, for whatever reason, is tried in parts.</summary>
    private const int AttemptsTogether = 3;

    private AppendSession? _session;

    /// <summary>What is on its way, or the last that was.</summary>
    public List<PendingAppend> Batch { get; } = [];

    /// <summary>Completed when every append of the batch has its answer.</summary>
    public Task Work { get; private set; } = Task.CompletedTask;

    public void Start() => Work = Commit([.. Batch]);

    public ValueTask DisposeAsync() => new(CloseSession());

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
            var started = Stopwatch.GetTimestamp();
            try
            {
                var outcomes = await Attempt(batch);
                AppendTelemetry.Batch(started, isCommitted: true);
                answered(batch, outcomes);
                options.Boundary?.Invoke("append/answered");
                return;
            }
            catch (Exception error)
            {
                last = error;
                AppendTelemetry.Batch(started, isCommitted: false);
            }
            if (AppendErrors.IsDeterministic(last) || (batch.Count > 1 && attempt >= AttemptsTogether && AppendErrors.IsRolledBack(last)))
            {
                if (!AppendErrors.IsRolledBack(last))
                    await CloseSession();
                await Isolate(batch, last);
                return;
            }
            await CloseSession();
            await Task.Delay(pause, time);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<AppendOutcome[]> Attempt(List<PendingAppend> batch)
    {
        using var limit = new CancellationTokenSource(options.AttemptLimit, time);
        _session ??= await AppendSession.Open(dataSource, limit.Token);
        try
        {
            options.Boundary?.Invoke("append/before");
            var executing = _session.Execute(batch, batch.Exists(pending => pending.MayBeCommitted), name.Current, limit.Token);
            options.Boundary?.Invoke("append/sent");
            var outcomes = await executing;
            options.Boundary?.Invoke("append/committed");
            return outcomes;
        }
        catch (Exception error) when (!AppendErrors.IsRolledBack(error))
        {
            batch.ForEach(pending => pending.MayBeCommitted = true);
            throw;
        }
    }

    /// <summary>Halves the batch until the bad append is alone with its error, and the others are through.</summary>
    private async Task Isolate(List<PendingAppend> batch, Exception error)
    {
        if (batch.Count == 1)
        {
            AppendTelemetry.Refused();
            batch[0].Fail(AppendErrors.Explain(error, batch[0].Request));
            return;
        }
        var half = batch.Count / 2;
        await Commit(batch.GetRange(0, half));
        await Commit(batch.GetRange(half, batch.Count - half));
    }

    private void FailExpired(List<PendingAppend> batch, Exception? last) => batch.RemoveAll(pending =>
    {
        if (time.GetElapsedTime(pending.StartedAt) < options.AppendLimit)
            return false;
        AppendTelemetry.Failed(pending.MayBeCommitted);
        pending.Fail(pending.MayBeCommitted
            ? new AppendOutcomeUnknownException(
                $"The database did not say within {options.AppendLimit} whether the append to {pending.Request.Stream} was committed.", last)
            : new StoreUnavailableException(
                $"The database was not available for {options.AppendLimit}; nothing was written to {pending.Request.Stream}.", last));
        return true;
    });

    private async Task CloseSession()
    {
        if (_session is not { } session)
            return;
        _session = null;
        name.Change();
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

/// <summary>
/// Under which name a writer's batches are sent. While it stays the same, none of them can commit later than its lane knows;
/// after a failure nobody knows what still runs under the old one.
/// </summary>
internal sealed class WriterName
{
    private volatile object _current = Guid.NewGuid();

    public Guid Current => (Guid)_current;

    public void Change() => _current = Guid.NewGuid();
}
