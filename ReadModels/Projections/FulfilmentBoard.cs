using System.Text.Json;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Projections;

/// <param name="Step">The name of the step or compensation step that it is at; null when it has ended.</param>
/// <param name="Attempts">Of that step so far; failed ones while it compensates.</param>
/// <param name="Reason">Why it compensates.</param>
/// <param name="Cause">Why it is parked.</param>
public sealed record FulfilmentBoardRow(
    OrderKey Key, string CustomerId, string Status, string? Step, int Attempts, DateTimeOffset? Deadline, DateTimeOffset? RetryAt,
    DateTimeOffset? WakeAt, string? Reason, string? Cause, string? Owner, DateTimeOffset StartedAt, DateTimeOffset UpdatedAt,
    long Version, long Position) : IProjectionRow<OrderKey>
{
    public FulfilmentView View => new(
        Key.OrderId, CustomerId, Status, Step, Attempts, WakeAt, Cause ?? Reason, Owner, Version, Position, StartedAt, UpdatedAt);
}

/// <summary>Where every fulfilment stands. The fold is the saga's own; the row keeps what that needs to go on, not the lines.</summary>
public sealed class FulfilmentBoard : Projection<OrderKey, FulfilmentBoardRow>
{
    public static readonly FulfilmentBoard Projection = new();

    private FulfilmentBoard()
    {
    }

    public override string Name => "fulfilment_board";

    public override string StreamType => Fulfilment.StreamType;

    public override IReadOnlyList<Column<OrderKey>> KeyColumns => OrderKey.Columns;

    public override IReadOnlyList<Column<FulfilmentBoardRow>> RowColumns { get; } =
    [
        Column.Text<FulfilmentBoardRow>("customer_id", row => row.CustomerId),
        Column.Text<FulfilmentBoardRow>("status", row => row.Status),
        Column.Text<FulfilmentBoardRow>("step", row => row.Step),
        Column.Int<FulfilmentBoardRow>("attempts", row => row.Attempts),
        Column.TimeOrNull<FulfilmentBoardRow>("deadline", row => row.Deadline),
        Column.TimeOrNull<FulfilmentBoardRow>("retry_at", row => row.RetryAt),
        Column.TimeOrNull<FulfilmentBoardRow>("wake_at", row => row.WakeAt),
        Column.Text<FulfilmentBoardRow>("reason", row => row.Reason),
        Column.Text<FulfilmentBoardRow>("cause", row => row.Cause),
        Column.Text<FulfilmentBoardRow>("owner", row => row.Owner),
        Column.Time<FulfilmentBoardRow>("started_at", row => row.StartedAt),
        Column.Time<FulfilmentBoardRow>("updated_at", row => row.UpdatedAt),
        Column.Long<FulfilmentBoardRow>("version", row => row.Version),
        Column.Long<FulfilmentBoardRow>("position", row => row.Position),
    ];

    public override string IdOf(OrderKey key) => key.OrderId;

    public override IReadOnlyList<OrderKey> KeysOf(EventEnvelope envelope) => [new(envelope.Tenant, envelope.Id)];

    public override FulfilmentBoardRow? Apply(OrderKey key, FulfilmentBoardRow? row, EventEnvelope envelope)
    {
        if (!RowVersion.IsNext(row?.Version ?? 0, envelope))
            return row;
        var state = Fulfilment.Evolve(row is null ? Fulfilment.Initial : StateOf(row), envelope.Event);
        var facts = ((FulfilmentState.Existing)state).Facts;
        var at = Microseconds.Of(envelope.Event.At);
        var next = new FulfilmentBoardRow(
            key, facts.CustomerId, "", null, 0, null, null, WakeAt(state, at), null, null, null, row?.StartedAt ?? at, at,
            envelope.Version, envelope.Position);
        return state switch
        {
            FulfilmentState.Running s => next with
            {
                Status = "running",
                Step = Names<FulfilmentStep>.Of(s.Step),
                Attempts = s.Attempt,
                Deadline = Microseconds.Of(s.Deadline),
                RetryAt = OrNull(s.RetryAt),
            },
            FulfilmentState.Compensating s => next with
            {
                Status = "compensating",
                Step = Names<CompensationStep>.Of(s.Step),
                Attempts = s.Failures,
                RetryAt = OrNull(s.RetryAt),
                Reason = s.Reason,
            },
            FulfilmentState.Parked s => next with
            {
                Status = "parked",
                Step = Names<CompensationStep>.Of(s.Step),
                Attempts = row?.Attempts ?? 0,
                Reason = s.Reason,
                Cause = s.Cause,
                Owner = s.Owner,
            },
            FulfilmentState.Compensated s => next with { Status = "compensated", Reason = s.Reason },
            _ => next with { Status = "completed" },
        };
    }

    public override FulfilmentBoardRow Read(NpgsqlDataReader reader) => new(
        OrderKey.Read(reader), reader.GetString(2), reader.GetString(3), reader.TextOrNull(4), reader.GetInt32(5),
        reader.TimeOrNull(6), reader.TimeOrNull(7), reader.TimeOrNull(8), reader.TextOrNull(9), reader.TextOrNull(10),
        reader.TextOrNull(11), reader.Time(12), reader.Time(13), reader.GetInt64(14), reader.GetInt64(15));

    private static FulfilmentState StateOf(FulfilmentBoardRow row)
    {
        var facts = new FulfilmentFacts(row.Key.OrderId, row.CustomerId, [], 0, "", "");
        return row.Status switch
        {
            "running" => new FulfilmentState.Running(
                facts, Names<FulfilmentStep>.Find(row.Step!), row.Attempts, row.Deadline!.Value, row.RetryAt),
            "compensating" => new FulfilmentState.Compensating(
                facts, row.Reason!, Names<CompensationStep>.Find(row.Step!), row.Attempts, row.RetryAt),
            "parked" => new FulfilmentState.Parked(
                facts, row.Reason!, Names<CompensationStep>.Find(row.Step!), row.Cause!, row.Owner!),
            "completed" => new FulfilmentState.Completed(facts),
            "compensated" => new FulfilmentState.Compensated(facts, row.Reason!),
            _ => throw new InvalidOperationException($"{row.Status} is not a fulfilment's status."),
        };
    }

    /// <summary>A compensation step that may go on at once is due since the event that says so.</summary>
    private static DateTimeOffset? WakeAt(FulfilmentState state, DateTimeOffset at) => NextAction.WakeAt(state) switch
    {
        null => null,
        { } time when time == DateTimeOffset.MinValue => at,
        { } time => Microseconds.Of(time),
    };

    private static DateTimeOffset? OrNull(DateTimeOffset? time) => time is { } known ? Microseconds.Of(known) : null;

    /// <summary>The names that the events' JSON uses for the steps.</summary>
    private static class Names<TStep>
        where TStep : struct, Enum
    {
        private static readonly Dictionary<TStep, string> ByStep = Enum.GetValues<TStep>()
            .ToDictionary(step => step, step => JsonSerializer.SerializeToElement(step).GetString()!);

        private static readonly Dictionary<string, TStep> ByName = ByStep.ToDictionary(pair => pair.Value, pair => pair.Key);

        public static string Of(TStep step) => ByStep[step];

        public static TStep Find(string name) => ByName[name];
    }
}
