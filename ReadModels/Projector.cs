using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>The endless loop that keeps one table up with the log.</summary>
internal sealed class Projector(
    Projection projection, IEventStore log, SharedLog shared, NpgsqlDataSource dataSource, ProjectionPosition position,
    ReadModelsOptions options, TimeProvider time)
{
    private const int MostTold = 5;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortPatience = TimeSpan.FromMilliseconds(500);

    private readonly ProjectionTable _table = new(dataSource);
    private readonly SharedLog.Reader _reader = shared.Join();
    private int _failures;
    private int _limit = options.BatchEvents;
    private TimeSpan _patience = options.StandbyInterval;

    public async Task Run(CancellationToken cancellation)
    {
        Exception? failure = null;
        var standsBack = options.StandsBy;
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
            _reader.Pause();
        }
        position.MovedHere = false;
    }

    /// <summary>Projects from where the table stands until somebody else moves it, or one that stands by has nothing left.</summary>
    /// <returns>Whether to stand back; false when the table was replaced.</returns>
    private async Task<bool> Follow(CancellationToken cancellation)
    {
        await using var parts = await FindParts(cancellation);
        await RefuseBeyondEnd(parts.Position, cancellation);
        position.Set(parts.Position);
        var recovered = false;
        while (true)
        {
            var entries = await _reader.Read(parts.Taken, _limit, cancellation);
            var isBehind = entries.Length >= options.BatchEvents / 2;
            if (!entries.IsEmpty)
            {
                var began = ProjectionTrace.Begin(time);
                if (await parts.Write(entries, isBehind, cancellation) is not { } poison)
                    return await MovedByOther(parts, cancellation);
                ProjectionTrace.Wrote(projection, entries.Span, began);
                Tell(poison);
                Recover(parts.Position);
                recovered = true;
                _patience = options.StandsBy ? ShortPatience : options.StandbyInterval; // whoever should have done it is not there
                if (!isBehind && options.Gather > TimeSpan.Zero)
                    await Task.Delay(options.Gather, time, cancellation);
                continue;
            }
            if (!await parts.Finish())
                return await MovedByOther(parts, cancellation);
            if (!recovered)
                await _table.ClearError(projection.Name, cancellation);
            Recover(parts.Position);
            recovered = true;
            if (options.StandsBy)
                return true;
            await log.WaitBeyond(parts.Position, LongestWait, cancellation);
        }
    }

    private void Tell(IReadOnlyList<PoisonEvent> poison)
    {
        foreach (var one in poison.Take(MostTold))
        {
            using var subject = LogSubject.Begin(one.Stream.Tenant, OrderStreams.Types.Contains(one.Stream.Type) ? one.Stream.Id : null);
            options.Notice?.Invoke($"{projection.Name}: {one.Stream} is parked from version {one.Version} on: {one.Cause}");
        }
        if (poison.Count > MostTold)
            options.Notice?.Invoke($"{projection.Name}: {poison.Count - MostTold} more are parked");
    }

    private Task<ProjectedParts> FindParts(CancellationToken cancellation) =>
        ProjectedParts.Find(dataSource, projection, options.CacheBytes, log, cancellation);

    private async Task<bool> MovedByOther(ProjectedParts parts, CancellationToken cancellation)
    {
        position.MovedHere = false;
        await using var found = await FindParts(cancellation);
        return !found.StandsWhere(parts);
    }

    /// <summary>Waits until whoever moves the position leaves events lying.</summary>
    private async Task StandBack(CancellationToken cancellation)
    {
        position.MovedHere = false;
        while (true)
        {
            var before = await ReadPosition(cancellation);
            position.Set(before);
            if (_failures > 0)
                await Forgive(cancellation);
            await Task.Delay(_patience, time, cancellation);
            var after = await ReadPosition(cancellation);
            if (after != before)
                _patience = options.StandbyInterval;
            else if (await log.ReadEnd(cancellation) > after)
                return;
        }
    }

    private async Task Forgive(CancellationToken cancellation)
    {
        await _table.ClearError(projection.Name, cancellation);
        position.Fail(null);
        _failures = 0;
    }

    private async Task<long> ReadPosition(CancellationToken cancellation) =>
        (await _table.ReadAll(cancellation)).GetValueOrDefault(projection.Name).Position;

    private async Task RefuseBeyondEnd(long reached, CancellationToken cancellation)
    {
        var end = await log.ReadEnd(cancellation);
        if (reached > end)
        {
            throw new InvalidOperationException(
                $"{projection.Name} is at position {reached}, but the log ends at {end}: rebuild the projection.");
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
