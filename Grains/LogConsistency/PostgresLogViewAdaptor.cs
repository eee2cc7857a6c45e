using Microsoft.Extensions.Logging;
using Orleans.EventSourcing;
using Orleans.Storage;
using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.LogConsistency;

/// <summary>
/// One activation's view of its stream. At most one operation at a time touches the log or the view, on the grain's own
/// turn; every append names the head that it was decided on, and the store's version key has the last word.
/// </summary>
/// <remarks>
/// What is not certain ends the activation: an append whose outcome cannot be learned, and an event that the view does not
/// take, leave a view that nobody may decide on. The next activation reads the log.
/// </remarks>
internal sealed class PostgresLogViewAdaptor<TView, TEntry>(
    ILogViewAdaptorHost<TView, TEntry> host, TView initial, StreamName stream, JournalRuntime runtime, ILogConsistencyProtocolServices services)
    : ILogViewAdaptor<TView, TEntry>
    where TView : class, new()
    where TEntry : class
{
    private readonly SemaphoreSlim turn = new(1, 1);
    // With the version that each was decided on: the confirmed one, and what was submitted before it.
    private readonly List<(TEntry Entry, long On)> submitted = [];
    private readonly FoldedStream<TView, TEntry> folded = new(host, initial, stream, runtime);
    private TView? tentative;
    private bool isLoaded;
    private Task? writing;
    private Exception? untold;
    private string? poison;
    private Exception? poisoned;

    public TView ConfirmedView => folded.View;

    public int ConfirmedVersion => checked((int)folded.Head.Version);

    public TView TentativeView => submitted.Count == 0 ? folded.View : tentative ??= FoldTentative();

    public IEnumerable<TEntry> UnconfirmedSuffix => submitted.Select(waiting => waiting.Entry);

    // A grain that does not wait for its state in OnActivateAsync loads it with its first operation.
    public Task PreOnActivate() => Task.CompletedTask;

    public Task PostOnActivate() => Task.CompletedTask;

    public async Task PostOnDeactivate()
    {
        if (writing is { } last)
            await last;
        if (untold is { } failure)
            services.CaughtException("deactivation with events that were not confirmed", failure);
        await turn.WaitAsync(); // an append under way ends first
        turn.Release();
    }

    public Task Synchronize() => InTurn(async () =>
    {
        if (!isLoaded)
            await Load();
        else if (await folded.CatchUp())
            Moved();
        return true;
    });

    public Task<bool> TryAppend(TEntry entry) => TryAppendRange([entry]);

    public async Task<bool> TryAppendRange(IEnumerable<TEntry> entries)
    {
        var wanted = entries as IReadOnlyList<TEntry> ?? [.. entries];
        var on = Expected; // now, before anything interleaves
        await ConfirmSubmittedEntries();
        return await InTurn(() => Append(wanted, on));
    }

    public void Submit(TEntry entry) => SubmitRange([entry]);

    public void SubmitRange(IEnumerable<TEntry> entries)
    {
        ThrowIfPoisoned();
        foreach (var entry in entries)
            submitted.Add((entry, Expected));
        tentative = null;
        Tell(tentative: true, confirmed: false);
        writing ??= WriteSubmitted();
    }

    public async Task ConfirmSubmittedEntries()
    {
        if (writing is { } last)
            await last;
        if (untold is { } failure)
        {
            untold = null;
            throw failure;
        }
        ThrowIfPoisoned();
    }

    public async Task<IReadOnlyList<TEntry>> RetrieveLogSegment(int fromVersion, int toVersion)
    {
        var entries = new List<TEntry>(toVersion - fromVersion);
        while (fromVersion + entries.Count < toVersion)
        {
            var wanted = Math.Min(runtime.Options.ReadBatch, toVersion - fromVersion - entries.Count);
            var events = await runtime.Store.ReadStream(stream, fromVersion + entries.Count, wanted, CancellationToken.None);
            if (events.Count == 0)
                break;
            entries.AddRange(events.Select(recorded => (TEntry)runtime.Format.Decode(recorded)));
        }
        return entries;
    }

    /// <exception cref="NotSupportedException">Always: the log is append-only.</exception>
    public Task ClearLogAsync(CancellationToken cancellationToken) => throw new NotSupportedException("The log is append-only.");

    // The provider's metrics are JournalTelemetry's; nothing is counted per grain.
    public void EnableStatsCollection() { }

    public void DisableStatsCollection() { }

    public LogConsistencyStatistics GetStats() => new() { EventCounters = new() { ["version"] = folded.Head.Version }, StabilizationLatenciesInMsecs = [] };

    /// <summary>Writes what was submitted without waiting, in appends as large as what has gathered. Its failures wait to be told.</summary>
    private async Task WriteSubmitted()
    {
        await Task.Yield(); // what the grain submits in one go is one append
        while (submitted.Count > 0)
        {
            var batch = submitted.ToList();
            try
            {
                if (!await InTurn(() => AppendSubmitted(batch)))
                    throw new JournalConflictException($"{stream} was changed by others; {batch.Count} events were not written.");
            }
            catch (Exception failure)
            {
                untold = failure;
            }
            submitted.RemoveRange(0, batch.Count);
            tentative = null;
        }
        writing = null;
    }

    /// <summary>The version that what is decided now is decided on.</summary>
    private long Expected => submitted.Count == 0 ? folded.Head.Version : submitted[^1].On + 1;

    private async Task<bool> AppendSubmitted(List<(TEntry Entry, long On)> batch)
    {
        var first = batch[0].On;
        var isOneDecision = !batch.Where((waiting, index) => waiting.On != first + index).Any();
        return isOneDecision && await Append([.. batch.Select(waiting => waiting.Entry)], first);
    }

    private async Task<T> InTurn<T>(Func<Task<T>> operation)
    {
        await turn.WaitAsync();
        try
        {
            ThrowIfPoisoned();
            return await operation();
        }
        catch (UnfoldableException failure)
        {
            runtime.Faults.Add(stream, failure.Message);
            throw Poison(failure.Message, failure);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <param name="on">The version that was decided on.</param>
    /// <returns>False when the log has moved, or the command was received before; the view is up to date then.</returns>
    private async Task<bool> Append(IReadOnlyList<TEntry> entries, long on)
    {
        // A stream that nobody has looked at yet is taken to be new: if it is not, the version key says so.
        if (!isLoaded && on > 0)
            await Load();
        if (folded.Head.Version != on)
            return false;
        var write = host is IJournalAuthor<TEntry> author
            ? author.Write(entries)
            : new JournalWrite([.. entries.Select(entry => runtime.Format.Encode(entry))], null);
        using var activity = JournalTelemetry.Start("journal.append", stream);
        switch (await Send(new Append(stream, folded.Head, write.Events, write.Receipt)))
        {
            case AppendResult.Appended appended:
                JournalTelemetry.Append(stream, "appended", entries.Count);
                Advance(entries, appended.Head);
                return true;
            case AppendResult.AlreadyReceived:
                JournalTelemetry.Append(stream, "received", 0);
                break;
            default:
                JournalTelemetry.Append(stream, "conflict", 0);
                break;
        }
        await (isLoaded ? CatchUp() : Load());
        return false;
    }

    private async Task CatchUp()
    {
        isLoaded = false; // until it has caught up
        await folded.CatchUp();
        isLoaded = true;
        Moved();
    }

    private async Task<AppendResult> Send(Append append)
    {
        try
        {
            return await runtime.Store.Append(append, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            JournalTelemetry.Append(stream, "unavailable", 0);
            throw; // nothing was written, and the view still stands
        }
        catch (InvalidAppendException)
        {
            isLoaded = false; // nothing was written, but perhaps because the log is not what the view was folded from
            throw;
        }
        catch (Exception failure)
        {
            JournalTelemetry.Append(stream, "unknown", 0);
            throw Poison("it is not known whether its last events were written", failure);
        }
    }

    /// <summary>Folds what this activation has written itself.</summary>
    private void Advance(IReadOnlyList<TEntry> entries, StreamHead after)
    {
        isLoaded = true;
        if (entries.Count == 0)
            return;
        var before = folded.Head.Version;
        folded.Advance(entries, after);
        if (after.Version / runtime.Options.SnapshotEvery > before / runtime.Options.SnapshotEvery
            && runtime.Format.SchemaOf(typeof(TView)) is { } schema)
            runtime.Snapshots.Enqueue(stream, new Snapshot(after, schema, runtime.Format.EncodeView(folded.View)));
        Moved();
    }

    private async Task Load()
    {
        using var activity = JournalTelemetry.Start("journal.load", stream);
        await folded.Load();
        isLoaded = true;
        tentative = null;
        runtime.Faults.Remove(stream);
        if (folded.Head.Version > 0)
            Tell(tentative: true, confirmed: true);
    }

    private void Moved()
    {
        tentative = null;
        Tell(tentative: true, confirmed: true);
    }

    private TView FoldTentative()
    {
        var copy = services.DeepCopy(folded.View);
        foreach (var (entry, _) in submitted)
            host.UpdateView(copy, entry);
        return copy;
    }

    private void Tell(bool tentative, bool confirmed)
    {
        try
        {
            host.OnViewChanged(tentative, confirmed);
        }
        catch (Exception failure)
        {
            services.CaughtUserCodeException("OnViewChanged", nameof(Tell), failure);
        }
    }

    private InconsistentStateException Poison(string why, Exception failure)
    {
        poison = $"{stream}: {why}. This activation ends; the next one reads the log.";
        JournalTelemetry.Poison(stream);
        poisoned = failure;
        services.Log(LogLevel.Error, "{0} ({1}: {2})", poison, failure.GetType().Name, failure.Message);
        return new InconsistentStateException(poison, failure);
    }

    private void ThrowIfPoisoned()
    {
        if (poison is not null)
            throw new InconsistentStateException(poison, poisoned!);
    }
}
