using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels.Queries;

namespace OrleansOrders.ReadModels.Letters;

/// <summary>
/// Dead letters as operators work with them. A projection's letter is replayed here and now, under its fence; other
/// consumers hold what a replay needs themselves, and are asked to.
/// </summary>
internal sealed class DeadLetterDesk(PostgresReadModels readModels) : IDeadLetters
{
    /// <summary>Letters that one call replays.</summary>
    private const int MostAtOnce = 500;

    private readonly DeadLetterBook _book = new(readModels.Durable);
    private readonly DeadLetters _letters = new(readModels.Durable);
    private readonly StreamCheck _check = new(readModels.Log);
    private readonly ProjectionReplay _replay = new(readModels);

    public async Task<Page<DeadLetterView>> List(
        string tenant, DeadLetterQuery query, string? cursor, int limit, CancellationToken cancellation)
    {
        string?[] asked = [tenant, query.Consumer, query.State, query.Type, query.Stream];
        var after = Cursor.Read(cursor, asked) is { } read ? (read.Time, IdOf(read)) : default((DateTimeOffset, Guid)?);
        var letters = await _book.List(FilterOf(tenant, query), after, limit + 1, cancellation);
        var items = letters.Take(limit).Select(DeadLetterViews.Of).ToArray();
        var next = letters.Count > limit ? new Cursor(items[^1].ParkedAt, items[^1].Id.ToString()).Write(asked) : null;
        return new Page<DeadLetterView>(items, next);
    }

    public async Task<DeadLetterDetails?> Find(string tenant, Guid id, CancellationToken cancellation)
    {
        if (await _book.Find(tenant, id, cancellation) is not { } letter)
            return null;
        var poison = letter.Event;
        var stored = await readModels.Log.ReadStream(poison.Stream, poison.Version - 1, 1, cancellation);
        var repair = (await readModels.Log.FindRepairs([poison.EventId], cancellation)).FirstOrDefault(one => one.Tenant == tenant);
        return DeadLetterViews.Of(letter, stored.FirstOrDefault(), repair, await _book.ReadActions(id, cancellation));
    }

    public async Task<RepairResult> Repair(string tenant, Guid id, RepairRequest request, CancellationToken cancellation)
    {
        if (await _book.Find(tenant, id, cancellation) is not { } letter)
            return new RepairResult(RepairStatus.NotFound);
        var type = request.Type ?? letter.Event.Type;
        var repair = new NewRepair(type, request.Data, request.Actor, request.Reason, request.RequestId, request.Fingerprint);
        if (await _book.FindRepair(letter, repair, cancellation) is { } earlier)
            return new RepairResult(RepairStatus.Repaired, earlier.Number, true);
        if (await _book.IsRequestKnown(tenant, request.RequestId, cancellation))
            return new RepairResult(RepairStatus.KeyReused);
        if (!letter.IsOpen)
            return new RepairResult(RepairStatus.Closed);
        if (await FindFault(letter, repair, cancellation) is { } fault)
            return fault;
        if (readModels.Options.SealRepair is { } seal)
            repair = repair with { Data = await seal(letter.Event.Stream, letter.Event.EventId, type, repair.Data, cancellation) };
        return await _book.Repair(letter, repair, cancellation) is { } added
            ? new RepairResult(RepairStatus.Repaired, added.Number, added.IsReplayed)
            : new RepairResult(RepairStatus.KeyReused);
    }

    public async Task<ReplayResult?> Replay(
        string tenant, Guid id, string actor, string reason, bool isDryRun, CancellationToken cancellation) =>
        await _book.Find(tenant, id, cancellation) is { } letter
            ? await Replay(letter, actor, reason, isDryRun, cancellation)
            : null;

    public async Task<ReplaySummary> ReplayAll(
        string tenant, DeadLetterQuery query, string actor, string reason, bool isDryRun, CancellationToken cancellation)
    {
        var filter = FilterOf(tenant, query) with { State = query.State ?? DeadLetterFilter.Open };
        var letters = await _book.List(filter, null, MostAtOnce + 1, cancellation, isOldestFirst: true);
        var outcomes = new List<string>();
        foreach (var letter in letters.Take(MostAtOnce))
            outcomes.Add((await Replay(letter, actor, reason, isDryRun, cancellation)).Outcome);
        return new ReplaySummary(
            outcomes.Count, Count(ReplayResult.Replayed), Count(ReplayResult.Requested), Count(ReplayResult.StillParked),
            Count(ReplayResult.WouldReplay), Count(ReplayResult.WouldStayParked), letters.Count > MostAtOnce);

        int Count(string outcome) => outcomes.Count(one => one == outcome);
    }

    private Task<ReplayResult> Replay(DeadLetter letter, string actor, string reason, bool isDryRun, CancellationToken cancellation) =>
        ReadModelCatalog.All.FirstOrDefault(projection => projection.Name == letter.Event.Consumer) is { } projection
            ? _replay.Run(projection, letter, actor, reason, isDryRun, cancellation)
            : RequestReplay(letter, actor, reason, isDryRun, cancellation);

    /// <summary>What others would do cannot be rolled back; whether the stream can be folded at all can be told.</summary>
    private async Task<ReplayResult> RequestReplay(
        DeadLetter letter, string actor, string reason, bool isDryRun, CancellationToken cancellation)
    {
        if (!letter.IsOpen)
            return new ReplayResult(letter.Id, ReplayResult.AlreadyReplayed, 0, 0, null);
        var waiting = letter.Waiting + 1;
        if (isDryRun)
        {
            var broken = await _check.FindUnreadable(letter.Event.Stream, cancellation);
            var cause = broken is var (recorded, failure) ? $"version {recorded.Version}, {recorded.Type}: {Causes.Of(failure)}" : null;
            var outcome = cause is null ? ReplayResult.WouldReplay : ReplayResult.WouldStayParked;
            await _book.Record(letter, new DeadLetterAction(DeadLetterAction.DryRun, actor, reason, cause is null ? outcome : $"{outcome}: {cause}"), cancellation);
            return new ReplayResult(letter.Id, outcome, cause is null ? waiting : 0, 0, cause);
        }
        if (!await _letters.RequestReplay(letter.Id, cancellation))
            return new ReplayResult(letter.Id, ReplayResult.AlreadyReplayed, 0, 0, null);
        await _book.Record(letter, new DeadLetterAction(DeadLetterAction.Replay, actor, reason, ReplayResult.Requested), cancellation);
        return new ReplayResult(letter.Id, ReplayResult.Requested, waiting, 0, null);
    }

    private async Task<RepairResult?> FindFault(DeadLetter letter, NewRepair repair, CancellationToken cancellation)
    {
        try
        {
            var decoded = EventCatalog.Decode(repair.Type, repair.Data.Span);
            if (EventCatalog.KindOf(decoded).StreamType != letter.Event.Stream.Type)
                return new RepairResult(RepairStatus.UnknownType, Detail: $"{repair.Type} is not an event of a {letter.Event.Stream.Type}.");
        }
        catch (UnknownEventException unknown)
        {
            return new RepairResult(RepairStatus.UnknownType, Detail: unknown.Message);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new RepairResult(RepairStatus.NotDecodable, Detail: Causes.Of(failure.Message));
        }
        var (isDamaged, misfit) = await _check.Try(letter.Event.Stream, letter.Event.Version, repair.Type, repair.Data, cancellation);
        if (!isDamaged)
            return new RepairResult(RepairStatus.NotDamaged);
        return misfit is null ? null : new RepairResult(RepairStatus.DoesNotFit, Detail: misfit);
    }

    private static DeadLetterFilter FilterOf(string tenant, DeadLetterQuery query) =>
        new(tenant, query.Consumer, query.State, query.Type, query.Stream);

    private static Guid IdOf(Cursor cursor) => Guid.TryParseExact(cursor.Id, "D", out var id) ? id : throw new BadCursorException();
}
