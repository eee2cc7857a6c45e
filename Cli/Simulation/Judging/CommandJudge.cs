using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Invariant 1, from the clients' side: what each was told is what the log and its receipts say, one decision for each key,
/// made on the stream as it was then and not on an older one; and nothing is in the log that nobody asked for.
/// </summary>
internal sealed class CommandJudge(World world, JudgedLog log)
{
    private readonly Findings findings = new(1, "one decision per command, as the client was told");

    public InvariantReport Judge()
    {
        var origins = log.Events.Select(recorded => (Event: recorded, Origin: EventOrigin.Read(recorded.Metadata.Span))).ToList();
        var byCommand = origins.ToLookup(entry => (entry.Event.Stream.Tenant, entry.Origin?.CommandId ?? Guid.Empty), entry => entry.Event);
        var asked = world.Client.Invocations.ToLookup(invocation => (invocation.Command.Tenant, invocation.Command.Key));
        foreach (var command in asked)
            JudgeCommand(command.First().Command, [.. command], [.. byCommand[command.Key]]);
        foreach (var (recorded, origin) in origins)
        {
            if (origin is not { CausationId: not null } && !asked.Contains((recorded.Stream.Tenant, origin?.CommandId ?? Guid.Empty)))
                findings.Add($"{recorded.Stream} version {recorded.Version}, {recorded.Type}, was asked for by nobody");
        }
        foreach (var twice in log.Events.GroupBy(recorded => (recorded.Stream.Tenant, recorded.EventId)).Where(events => events.Count() > 1))
            findings.Add($"{string.Join(" and ", twice.Select(one => $"{one.Stream} version {one.Version}"))} have the same event id");
        return findings.ToReport($"{asked.Count} commands, {world.Client.Invocations.Count} requests");
    }

    private void JudgeCommand(PlannedCommand command, List<Invocation> invocations, List<RecordedEvent> events)
    {
        var receipt = world.Log.FindReceipt(command.Tenant, command.Key, CancellationToken.None).Result;
        foreach (var invocation in invocations)
            JudgeAnswer(invocation, receipt);
        if (receipt is null)
        {
            if (events.Count > 0)
                findings.Add($"{command}: {events.Count} events and no receipt");
            return;
        }
        var stream = new StreamName(command.Tenant, command.StreamType, command.StreamId);
        if (receipt.Stream != stream || events.Any(recorded => recorded.Stream != stream))
            findings.Add($"{command}: it was decided on {receipt.Stream}");
        else if (!events.Select(recorded => recorded.Version).SequenceEqual(Enumerable.Range(1, events.Count).Select(i => receipt.Version - events.Count + i)))
            findings.Add($"{command}: its events are versions {string.Join(", ", events.Select(one => one.Version))}, its receipt says {receipt.Version}");
        else if (invocations.Find(invocation => Fits(invocation, receipt)) is not { } decided)
            findings.Add($"{command}: its receipt is of a request that nobody sent");
        else
            JudgeDecision(decided, stream, receipt, events);
    }

    private void JudgeAnswer(Invocation invocation, StoredReceipt? receipt)
    {
        var command = invocation.Command;
        switch (invocation.Outcome)
        {
            case CommandOutcome.Done done:
                if (receipt is not { Receipt.RefusalCode: null } || !Fits(invocation, receipt) || (receipt.Version, receipt.Position) != (done.Version, done.Position))
                    findings.Add($"{command}: the client was told that it is done with version {done.Version}, the receipt says {Describe(receipt)}");
                JudgeAge(invocation, done.Version, done.Replayed);
                break;
            case CommandOutcome.Refused refused:
                if (receipt is null || receipt.Receipt.RefusalCode != refused.Code || !Fits(invocation, receipt) || receipt.Version != refused.Version)
                    findings.Add($"{command}: the client was refused with {refused.Code} at version {refused.Version}, the receipt says {Describe(receipt)}");
                JudgeAge(invocation, refused.Version, refused.Replayed);
                break;
            case CommandOutcome.KeyReused when receipt is null || Fits(invocation, receipt):
                findings.Add($"{command}: the client was told that its key belongs to another request, and it does not");
                break;
            case CommandOutcome.VersionMismatch mismatch:
                if (invocation.IfVersion is null || invocation.IfVersion == mismatch.Actual)
                    findings.Add($"{command}: for version {invocation.IfVersion} it was told that the version is {mismatch.Actual}");
                JudgeAge(invocation, mismatch.Actual, false);
                break;
        }
    }

    /// <summary>An answer that was decided after it was asked for cannot be about a version from before that.</summary>
    private void JudgeAge(Invocation invocation, long version, bool isReplayed)
    {
        if (!isReplayed && version < invocation.HeadBefore)
            findings.Add($"{invocation.Command}: the answer is about version {version}; when it was asked the stream was at {invocation.HeadBefore}");
    }

    private void JudgeDecision(Invocation decided, StreamName stream, StoredReceipt receipt, List<RecordedEvent> events)
    {
        var before = receipt.Version - events.Count;
        if (decided.IfVersion is { } wanted && wanted != before)
            findings.Add($"{decided.Command}: it was for version {wanted} and was decided on {before}");
        if (log.StateAt(stream, before) is not { } state)
        {
            findings.Add($"{decided.Command}: it was decided on version {before}, which the stream never had");
            return;
        }
        switch (Deciders.Decide(state, RefundPolicy.Apply(decided.Body, Client.ContextOf(decided.Command), world.Options)))
        {
            case Decision.Rejected rejected:
                if (receipt.Receipt.RefusalCode != rejected.Code || events.Count > 0)
                    findings.Add($"{decided.Command}: on version {before} the rules say {rejected.Code}, the receipt says {Describe(receipt)}");
                break;
            case Decision.Accepted accepted:
                if (receipt.Receipt.RefusalCode is not null
                    || !accepted.Events.Select(EventCatalog.Encode).SequenceEqual(events.Select(recorded => recorded.Data.ToArray()), SameBytes.Instance))
                    findings.Add($"{decided.Command}: on version {before} the rules give {accepted.Events.Count} events, the receipt says {Describe(receipt)} with {events.Count}");
                break;
        }
    }

    private static bool Fits(Invocation invocation, StoredReceipt receipt) =>
        invocation.Fingerprint.AsSpan().SequenceEqual(receipt.Receipt.Fingerprint);

    private static string Describe(StoredReceipt? receipt) =>
        receipt is null ? "nothing" : $"{receipt.Receipt.RefusalCode ?? "done"} at version {receipt.Version}";

    private sealed class SameBytes : IEqualityComparer<byte[]>
    {
        public static readonly SameBytes Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}

/// <summary>The six aggregates' rules, chosen by the state.</summary>
internal static class Deciders
{
    public static Decision Decide(object state, Command command) => (state, command) switch
    {
        (OrderState of, OrderCommand asked) => Order.Decide(of, asked),
        (PaymentState of, PaymentCommand asked) => Payment.Decide(of, asked),
        (StockState of, StockCommand asked) => Stock.Decide(of, asked),
        (ShipmentState of, ShipmentCommand asked) => Shipment.Decide(of, asked),
        (CustomerState of, CustomerCommand asked) => Customer.Decide(of, asked),
        (FulfilmentState of, FulfilmentCommand asked) => Fulfilment.Decide(of, asked),
        _ => throw new ArgumentException($"{command.GetType().Name} is not for {state.GetType().Name}.", nameof(command)),
    };
}
