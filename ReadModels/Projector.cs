using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>The endless loop that keeps one table up with the log.</summary>
internal sealed class Projector(
    Projection projection, IEventStore log, SharedLog shared, NpgsqlDataSource dataSource, ProjectionPosition position,
    ReadModelsOptions options, TimeProvider time)
{
    private const int MostTold = 5;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly ProjectionTable _table = new(dataSource);
    private readonly DeadLetters _letters = new(dataSource);
    private readonly BatchFold _fold = projection.CreateFold(projection.Name, options.CacheBytes, log);
    private int _failures;
    private int _limit = options.BatchEvents;

    public async Task Run(CancellationToken cancellation)
    {
        Exception? failure = null;
        var standsBack = false;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (failure is not null)
                    await Pause(failure, cancellation);
                failure = null;
                if (standsBack)
                    await StandBack(cancellation);
                standsBack = await Follow(cancellation);
            }
            catch (Exception error)
            {
                // Once it is told to stop, whatever ends the batch ends the loop as well.
                failure = error;
            }
        }
        position.MovedHere = false;
    }

    /// <summary>Projects from where the table stands until somebody else moves it.</summary>
    /// <returns>True when another projector moved the position; false when the table was replaced.</returns>
    private async Task<bool> Follow(CancellationToken cancellation)
    {
        _fold.Forget();
        var fence = await _table.Ensure(projection.Name, cancellation);
        await RefuseBeyondEnd(fence, cancellation);
        // After the fence: whoever changes what is parked moves the fence, so that an old set is never written with.
        var parked = await ParkedSet.Read(_letters, projection.Name, cancellation);
        position.Set(fence.Position);
        var recovered = false;
        while (true)
        {
            var entries = await shared.Read(fence.Position, _limit, cancellation);
            if (!entries.IsEmpty)
            {
                var batch = await Write(fence, entries, parked, cancellation);
                if (!batch.IsWritten)
                    return await MovedByOther(fence, cancellation);
                parked.Add(batch.Poison);
                Tell(batch.Poison);
                fence = fence with { Position = entries.Span[^1].Position };
                Recover(fence.Position);
                recovered = true;
                if (entries.Length < options.BatchEvents / 2 && options.Gather > TimeSpan.Zero)
                    await Task.Delay(options.Gather, time, cancellation);
                continue;
            }
            if (!recovered)
                await _table.ClearError(projection.Name, cancellation);
            Recover(fence.Position);
            recovered = true;
            await log.WaitBeyond(fence.Position, LongestWait, cancellation);
        }
    }

    /// <summary>
    /// Writes the entries. What the database does not take is tried again, in smaller batches, until it is one event alone:
    /// if it is its data that cannot be stored, no repetition helps, and its stream is parked.
    /// </summary>
    private async Task<FoldedBatch> Write(
        Fence fence, ReadOnlyMemory<LogEntry> entries, ParkedSet parked, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        try
        {
            return await _fold.Write(connection, fence, entries, parked, projection.Name, cancellation);
        }
        catch (PostgresException refusal) when (entries.Length == 1 && Refusals.IsOfData(refusal))
        {
            return await _fold.Refuse(connection, fence, entries.Span[0], projection.Name, refusal, cancellation);
        }
    }

    private void Tell(IReadOnlyList<PoisonEvent> poison)
    {
        foreach (var one in poison.Take(MostTold))
            options.Notice?.Invoke($"{projection.Name}: {one.Stream} is parked from version {one.Version} on: {one.Cause}");
        if (poison.Count > MostTold)
            options.Notice?.Invoke($"{projection.Name}: {poison.Count - MostTold} more are parked");
    }

    private async Task<bool> MovedByOther(Fence fence, CancellationToken cancellation)
    {
        position.MovedHere = false;
        var found = await _table.Find(projection.Name, cancellation);
        return found is not null && found.Position != fence.Position;
    }

    /// <summary>Waits until the projector that moved the position leaves events lying.</summary>
    private async Task StandBack(CancellationToken cancellation)
    {
        while (true)
        {
            var before = await _table.Ensure(projection.Name, cancellation);
            position.Set(before.Position);
            await Task.Delay(options.StandbyInterval, time, cancellation);
            var after = await _table.Ensure(projection.Name, cancellation);
            if (after.Position == before.Position && await log.ReadEnd(cancellation) > after.Position)
                return;
        }
    }

    private async Task RefuseBeyondEnd(Fence fence, CancellationToken cancellation)
    {
        var end = await log.ReadEnd(cancellation);
        if (fence.Position > end)
        {
            throw new InvalidOperationException(
                $"{projection.Name} is at position {fence.Position}, but the log ends at {end}: rebuild the projection.");
        }
    }

    private void Recover(long reached)
    {
        _failures = 0;
        _limit = Math.Min(options.BatchEvents, _limit * 2);
        position.MovedHere = true;
        position.Set(reached);
        position.Fail(null);
    }

    /// <summary>
    /// Says what is wrong, and waits before the loop starts over. Batches shrink, so that rows which the database refuses
    /// do not hold up those before them.
    /// </summary>
    private async Task Pause(Exception failure, CancellationToken cancellation)
    {
        _fold.Forget();
        _limit = Math.Max(1, _limit / 8);
        position.MovedHere = false;
        if (position.Error != failure.Message)
            options.Notice?.Invoke($"{projection.Name} does not go on: {failure.Message}");
        position.Fail(failure.Message);
        try
        {
            await _table.WriteError(projection.Name, failure.Message, cancellation);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            // The database does not answer, which may be the failure itself; this process knows it anyway.
        }
        var pause = options.FirstBackoff * Math.Pow(2, Math.Min(_failures++, 20));
        await Task.Delay(pause < options.LongestBackoff ? pause : options.LongestBackoff, time, cancellation);
    }
}
