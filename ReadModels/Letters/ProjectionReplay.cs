using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels.Rebuilding;

namespace OrleansOrders.ReadModels.Letters;

/// <summary>
/// Takes up a stream that is parked for a projection: its events from the parked one to the projection's position, from the
/// log, in order, in one transaction that holds the projection's fence. The projector waits meanwhile, and starts over with
/// the new rows and letters afterwards, because the generation has changed.
/// </summary>
internal sealed class ProjectionReplay(PostgresReadModels readModels)
{
    private const int Batch = 500;

    /// <param name="isDryRun">Does the same, and rolls it back.</param>
    public async Task<ReplayResult> Run(
        Projection projection, DeadLetter letter, string actor, string reason, bool isDryRun, CancellationToken cancellation)
    {
        try
        {
            return await RunInTransaction(projection, letter, actor, reason, isDryRun, cancellation);
        }
        catch (PostgresException refusal) when (Refusals.IsOfData(refusal))
        {
            return await StayParked(projection, letter, Causes.Of(refusal), actor, reason, isDryRun, cancellation);
        }
    }

    private async Task<ReplayResult> RunInTransaction(
        Projection projection, DeadLetter letter, string actor, string reason, bool isDryRun, CancellationToken cancellation)
    {
        await using var connection = await readModels.Durable.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (fence, position) = await LockFence(connection, projection, letter.Event.Stream, cancellation);
        // Whoever changes a projection's letters holds the fence, so that what is read now stays so.
        var current = await DeadLetterBook.Find(connection, letter.Event.Stream.Tenant, letter.Id, cancellation);
        if (current is not { IsOpen: true })
            return new ReplayResult(letter.Id, ReplayResult.AlreadyReplayed, 0, 0, null);
        var (events, rows, poison) = await Fold(connection, projection, current, position, cancellation);
        var result = ResultOf(current, events, rows, poison, isDryRun);
        if (isDryRun)
        {
            await transaction.RollbackAsync(cancellation);
            await Record(connection, letter, DeadLetterAction.DryRun, actor, reason, result, cancellation);
            return result;
        }
        if (poison?.Version != current.Event.Version)
            await DeadLetters.Close(connection, letter.Id, cancellation);
        if (poison is not null)
            await DeadLetters.Park(connection, poison, cancellation);
        await connection.Execute("update projections set generation = generation + 1 where name = $1", cancellation, fence);
        await Record(connection, letter, DeadLetterAction.Replay, actor, reason, result, cancellation);
        await transaction.CommitAsync(cancellation);
        return result;
    }

    private async Task<(long Events, long Rows, PoisonEvent? Poison)> Fold(
        NpgsqlConnection connection, Projection projection, DeadLetter letter, long position, CancellationToken cancellation)
    {
        var fold = projection.CreateFold(projection.Name, 0, readModels.Log);
        var (first, rows) = (letter.Event.Version, 0L);
        for (var after = first - 1; ;)
        {
            var recorded = await readModels.Log.ReadStream(letter.Event.Stream, after, Batch, cancellation);
            var passed = recorded.TakeWhile(one => one.Position <= position).Select(LogEntry.Decode).ToArray();
            var (written, poison) = await fold.Rewrite(connection, passed, projection.Name, cancellation);
            rows += written;
            if (poison is not null)
                return (poison.Version - first, rows, poison);
            after += passed.Length;
            if (passed.Length < Batch)
                return (after - first + 1, rows, null);
        }
    }

    private async Task<ReplayResult> StayParked(
        Projection projection, DeadLetter letter, string cause, string actor, string reason, bool isDryRun, CancellationToken cancellation)
    {
        await using var connection = await readModels.Durable.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await LockFence(connection, projection, letter.Event.Stream, cancellation);
        var poison = letter.Event with { Cause = cause };
        var result = ResultOf(letter, 0, 0, poison, isDryRun);
        if (!isDryRun)
            await DeadLetters.Park(connection, poison, cancellation);
        await Record(connection, letter, isDryRun ? DeadLetterAction.DryRun : DeadLetterAction.Replay, actor, reason, result, cancellation);
        await transaction.CommitAsync(cancellation);
        return result;
    }

    private static ReplayResult ResultOf(DeadLetter letter, long events, long rows, PoisonEvent? poison, bool isDryRun)
    {
        var outcome = (poison, isDryRun) switch
        {
            (null, false) => ReplayResult.Replayed,
            (null, true) => ReplayResult.WouldReplay,
            (_, false) => ReplayResult.StillParked,
            _ => ReplayResult.WouldStayParked,
        };
        var cause = poison is null ? null
            : poison.Version == letter.Event.Version ? poison.Cause : $"version {poison.Version}, {poison.Type}: {poison.Cause}";
        return new ReplayResult(letter.Id, outcome, events, rows, cause);
    }

    private static Task Record(
        NpgsqlConnection connection, DeadLetter letter, string action, string actor, string reason, ReplayResult result,
        CancellationToken cancellation) => DeadLetterBook.Record(
            connection, letter, new DeadLetterAction(action, actor, reason, Describe(result)), cancellation);

    private static string Describe(ReplayResult result) => result.Cause is null
        ? $"{result.Outcome}, {result.Events} events"
        : $"{result.Outcome} after {result.Events} events: {result.Cause}";

    /// <summary>Locks what the stream's rows are written under: its part, where the read model is kept in parts.</summary>
    private static async Task<(string Fence, long Position)> LockFence(
        NpgsqlConnection connection, Projection projection, StreamName stream, CancellationToken cancellation)
    {
        // The whole first: once it is locked, nobody divides it.
        var whole = await Lock(connection, projection.Name, cancellation)
            ?? throw new InvalidOperationException($"{projection.Name} has no position: nothing can be replayed before it is projected.");
        var part = PartOf.Projection(projection.Name, PublishedEvents.PartitionOf(stream.StreamId));
        return await Lock(connection, part, cancellation) is { } position ? (part, position) : (projection.Name, whole);
    }

    private static async Task<long?> Lock(NpgsqlConnection connection, string fence, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select position from projections where name = $1 for update", connection);
        command.Parameters.AddWithValue(fence);
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }
}
