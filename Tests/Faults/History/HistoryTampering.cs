using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Faults;

/// <summary>A copy of what a run left, to be altered.</summary>
internal sealed class TamperedHistory(ClientHistory history, Evidence evidence)
{
    public List<Invocation> Invocations { get; } = [.. history.Invocations];

    public List<Reading> Readings { get; } = [.. history.Readings];

    public List<LoggedEvent> Events { get; } = [.. evidence.Events];

    public List<LoggedReceipt> Receipts { get; } = [.. evidence.Receipts];

    public Invocation First(Predicate<Invocation> wanted) => Invocations.Find(wanted)!;

    /// <summary>The first sending of a command that was done and made events, on a stream that had some.</summary>
    public Invocation Decided => First(one => one is { Outcome: Outcome.Done, IsReplayed: false, Version: > 1 } && EventOf(one) is not null);

    public LoggedEvent? EventOf(Invocation one) => Events.Find(logged => logged.Tenant == one.Tenant && logged.CommandId == one.CommandId);

    public LoggedReceipt ReceiptOf(Invocation one) => Receipts.Find(receipt => receipt.Tenant == one.Tenant && receipt.CommandId == one.CommandId)!;

    public void Replace(Invocation old, Invocation changed) => Invocations[Invocations.IndexOf(old)] = changed;

    public void Replace(Reading old, Reading changed) => Readings[Readings.IndexOf(old)] = changed;

    public void Replace(LoggedEvent old, LoggedEvent changed) => Events[Events.IndexOf(old)] = changed;

    public void Replace(LoggedReceipt old, LoggedReceipt changed) => Receipts[Receipts.IndexOf(old)] = changed;

    public void ForgetSendingsOf(Invocation one) => Invocations.RemoveAll(other => (other.Tenant, other.Key) == (one.Tenant, one.Key));
}

/// <summary>One alteration each, and the invariant that it breaks.</summary>
internal static class HistoryTampering
{
    public static readonly IReadOnlyDictionary<string, (int Invariant, Action<TamperedHistory> Alter)> Cases =
        new Dictionary<string, (int, Action<TamperedHistory>)>
        {
            ["a sending is dropped from the history"] = (1, of => of.ForgetSendingsOf(of.Decided)),
            ["a first answer is doubled"] = (1, of => of.Invocations.Add(of.Decided)),
            ["two acknowledgements change places"] = (1, SwapAcknowledgements),
            ["an acknowledged command is altered into a refused one"] = (1, of => of.Replace(
                of.Decided, of.Decided with { Outcome = Outcome.Refused, Code = Refusals.OrderNotFound })),
            ["a refused command is altered into an acknowledged one"] = (1, of => of.Replace(Refused(of), Refused(of) with { Outcome = Outcome.Done })),
            ["a refusal's code is altered"] = (1, of => of.Replace(Refused(of), Refused(of) with { Code = "something-else" })),
            ["an acknowledged version is altered"] = (1, of => of.Replace(of.Decided, of.Decided with { Version = of.Decided.Version + 1 })),
            ["an acknowledged position is altered"] = (1, of => of.Replace(of.Decided, of.Decided with { Position = of.Decided.Position + 1 })),
            ["a replayed answer's body is altered"] = (1, of => of.Replace(Replayed(of), Replayed(of) with { Reply = Replayed(of).Reply + " " })),
            ["a replayed answer's body is of another request"] = (1, of => of.Replace(Replayed(of), Replayed(of) with { Fingerprint = "other" })),
            ["a used key is refused to its own request"] = (1, of => of.Replace(Replayed(of), Replayed(of) with { Outcome = Outcome.KeyReused })),
            ["an unused key is said to be used"] = (1, of => of.Invocations.Add(of.Decided with { Key = "new", CommandId = Guid.Empty, Outcome = Outcome.KeyReused })),
            ["a command that was not taken is done all the same"] = (1, NotTaken),
            ["an answer is about an older version than the one before it"] = (1, OlderVersion),
            ["a later command stands before an earlier one"] = (1, EarlierPosition),
            ["an event is dropped from the log"] = (2, of => of.Events.RemoveAt(of.Events.Count / 2)),
            ["an event is doubled in the log"] = (2, of => of.Events.Insert(of.Events.Count / 2, of.Events[of.Events.Count / 2])),
            ["two events change places in the log"] = (2, of => (of.Events[20], of.Events[21]) = (of.Events[21], of.Events[20])),
            ["an event's id is altered into another's"] = (1, of => of.Replace(of.Events[20], of.Events[20] with { EventId = of.Events[10].EventId, Tenant = of.Events[10].Tenant })),
            ["an event is given to another command"] = (1, of => of.Replace(of.EventOf(of.Decided)!, of.EventOf(of.Decided)! with { CommandId = Guid.Empty })),
            ["an event of a refused command is in the log"] = (1, of => of.Replace(of.EventOf(of.Decided)!, of.EventOf(of.Decided)! with { CommandId = Refused(of).CommandId, Tenant = Refused(of).Tenant })),
            ["an event is moved to another stream"] = (1, of => of.Replace(of.EventOf(of.Decided)!, of.EventOf(of.Decided)! with { Stream = "order-other" })),
            ["the receipt of an acknowledged command is dropped"] = (1, of => of.Receipts.Remove(of.ReceiptOf(of.Decided))),
            ["the receipt of a refused command is dropped"] = (1, of => of.Receipts.Remove(of.ReceiptOf(Refused(of)))),
            ["a receipt is doubled"] = (1, of => of.Receipts.Add(of.ReceiptOf(of.Decided))),
            ["a receipt says that an acknowledged command was refused"] = (1, of => of.Replace(
                of.ReceiptOf(of.Decided), of.ReceiptOf(of.Decided) with { RefusalCode = Refusals.OrderNotFound })),
            ["a receipt is of another stream"] = (1, of => of.Replace(of.ReceiptOf(of.Decided), of.ReceiptOf(of.Decided) with { Stream = "order-other" })),
            ["two receipts change places"] = (1, SwapReceipts),
            ["a reading shows less than it asked for"] = (8, of => of.Replace(Seen(of), Seen(of) with { Version = 0 })),
            ["a reading shows what the log does not have"] = (8, of => of.Replace(Seen(of), Seen(of) with { Version = 1_000 })),
            ["a reading's content is altered"] = (8, AlterView),
            ["an answer names another tenant"] = (9, of => of.Replace(of.Decided, of.Decided with { Reply = of.Decided.Reply + Other(of.Decided.Tenant) })),
            ["a reading names another tenant"] = (9, of => of.Replace(Seen(of), Seen(of) with { Reply = Other(Seen(of).Tenant) })),
            ["an event names another tenant"] = (9, of => of.Replace(of.Events[30], of.Events[30] with { Text = Other(of.Events[30].Tenant) })),
            ["an event is given to another tenant"] = (2, of => of.Replace(of.Events[30], of.Events[30] with { Tenant = Other(of.Events[30].Tenant) })),
        };

    private static string Other(string tenant) => tenant == Tenants.Red ? Tenants.Blue : Tenants.Red;

    private static Invocation Refused(TamperedHistory of) => of.First(one => one.Outcome == Outcome.Refused);

    private static Invocation Replayed(TamperedHistory of) => of.First(one => one is { Outcome: Outcome.Done, IsReplayed: true });

    // One that somebody had to see.
    private static Reading Seen(TamperedHistory of) => of.Readings.Find(reading => of.Invocations.Exists(one =>
        one.Outcome == Outcome.Done && one.Stream == reading.Stream && one.Position <= reading.MinPosition))!;

    private static void SwapAcknowledgements(TamperedHistory of)
    {
        var first = of.Decided;
        var second = of.First(one => one is { Outcome: Outcome.Done, IsReplayed: false } && one.Position > first.Position);
        of.Replace(first, first with { Version = second.Version, Position = second.Position, Reply = second.Reply });
        of.Replace(second, second with { Version = first.Version, Position = first.Position, Reply = first.Reply });
    }

    private static void NotTaken(TamperedHistory of)
    {
        var decided = of.Decided;
        of.ForgetSendingsOf(decided);
        of.Invocations.Add(decided with { Outcome = Outcome.NotTaken });
    }

    // Consistent with the log, so that nothing but the order in time is wrong.
    private static void OlderVersion(TamperedHistory of)
    {
        var late = of.First(one => one is { Outcome: Outcome.Done, IsReplayed: false } && of.Invocations.Exists(next => IsNext(one, next)));
        var next = of.First(other => IsNext(late, other));
        of.Replace(next, next with { Begun = late.Begun - 2, Ended = late.Begun - 1 });
    }

    private static bool IsNext(Invocation one, Invocation other) =>
        other is { Outcome: Outcome.Done, IsReplayed: false } && (other.Tenant, other.Stream) == (one.Tenant, one.Stream) && other.Version > one.Version;

    private static void EarlierPosition(TamperedHistory of)
    {
        var first = of.First(one => one is { Outcome: Outcome.Done, IsReplayed: false } && of.EventOf(one) is not null);
        var last = of.Invocations.FindLast(one => one is { Outcome: Outcome.Done, IsReplayed: false } && of.EventOf(one) is not null)!;
        of.Replace(last, last with { Begun = first.Begun - 2, Ended = first.Begun - 1 });
    }

    private static void SwapReceipts(TamperedHistory of)
    {
        var (done, refused) = (of.ReceiptOf(of.Decided), of.ReceiptOf(Refused(of)));
        of.Replace(done, refused with { CommandId = done.CommandId, Tenant = done.Tenant });
        of.Replace(refused, done with { CommandId = refused.CommandId, Tenant = refused.Tenant });
    }

    private static void AlterView(TamperedHistory of)
    {
        var reading = of.Readings.Find(reading => of.Invocations.Exists(one =>
            one.Outcome == Outcome.Done && (one.Tenant, one.Stream, one.Version) == (reading.Tenant, reading.Stream, reading.Version)))!;
        of.Replace(reading, reading with { Reply = reading.Reply.Replace("GBP", "EUR", StringComparison.Ordinal) });
    }
}
