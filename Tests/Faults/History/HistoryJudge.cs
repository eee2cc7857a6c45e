using System.Globalization;

namespace OrleansOrders.Tests.Faults;

/// <summary>Something that speaks against an invariant, numbered as in the design.</summary>
internal sealed record Finding(int Invariant, string What)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Invariant}: {What}");
}

/// <summary>
/// Holds what the clients were told against the log and its receipts. It knows nothing of how an answer came about, so that
/// it judges every edition, and every fault, by the same rules.
/// </summary>
internal sealed class HistoryJudge
{
    private readonly IReadOnlyList<Invocation> invocations;
    private readonly IReadOnlyList<Reading> readings;
    private readonly Evidence evidence;
    private readonly ILookup<(string Tenant, Guid Command), LoggedEvent> eventsOf;
    private readonly ILookup<(string Tenant, Guid Command), LoggedReceipt> receiptsOf;
    private readonly List<Finding> findings = [];

    private HistoryJudge(IReadOnlyList<Invocation> invocations, IReadOnlyList<Reading> readings, Evidence evidence)
    {
        (this.invocations, this.readings, this.evidence) = (invocations, readings, evidence);
        eventsOf = evidence.Events.ToLookup(one => (one.Tenant, one.CommandId));
        receiptsOf = evidence.Receipts.ToLookup(one => (one.Tenant, one.CommandId));
    }

    /// <param name="tenants">Whose names stand in everything that their people write, and in nothing else.</param>
    public static IReadOnlyList<Finding> Judge(
        IReadOnlyList<Invocation> invocations, IReadOnlyList<Reading> readings, Evidence evidence, IReadOnlyList<string> tenants)
    {
        var judge = new HistoryJudge(invocations, readings, evidence);
        foreach (var command in invocations.GroupBy(invocation => (invocation.Tenant, invocation.CommandId)))
            judge.JudgeCommand([.. command], [.. judge.eventsOf[command.Key]], [.. judge.receiptsOf[command.Key]]);
        judge.JudgeLog();
        judge.findings.AddRange(TimeJudge.Judge(invocations, readings, evidence));
        judge.findings.AddRange(NameJudge.Judge(invocations, readings, evidence, tenants));
        return judge.findings;
    }

    private void JudgeCommand(List<Invocation> sendings, List<LoggedEvent> events, List<LoggedReceipt> receipts)
    {
        var command = sendings[0];
        if (receipts.Count > 1)
            Add(1, $"{command} has {receipts.Count} receipts");
        var receipt = receipts.FirstOrDefault();
        foreach (var sending in sendings)
            JudgeAnswer(sending, sendings, receipt);
        JudgeRepeats(sendings);
        if (receipt is null)
        {
            if (events.Count > 0)
                Add(1, $"{command} has {events.Count} events and no receipt");
            return;
        }
        if (sendings.TrueForAll(sending => sending.Outcome == Outcome.NotTaken))
            Add(1, $"{command} was never taken, and was {receipt}");
        if (receipt.Stream != command.Stream)
            Add(1, $"{command} was decided on {receipt.Stream}");
        if (receipt.RefusalCode is not null && events.Count > 0)
            Add(1, $"{command} was refused, and {events[0]} comes from it");
        var first = receipt.Version - events.Count + 1;
        if (receipt.RefusalCode is null && events.Where((one, index) => one.Stream != receipt.Stream || one.Version != first + index).Any())
            Add(1, $"{command} was {receipt}, and its events are {string.Join(", ", events)}");
    }

    private void JudgeAnswer(Invocation sending, List<Invocation> sendings, LoggedReceipt? receipt)
    {
        switch (sending.Outcome)
        {
            case Outcome.Done when receipt is not { RefusalCode: null } || (receipt.Version, receipt.Position) != (sending.Version, sending.Position):
                Add(1, $"{sending} was acknowledged with version {sending.Version} at {sending.Position}, and its receipt says {Describe(receipt)}");
                break;
            case Outcome.Refused when receipt?.RefusalCode is null || receipt.RefusalCode != sending.Code:
                Add(1, $"{sending} was told {sending.Code}, and its receipt says {Describe(receipt)}");
                break;
            case Outcome.KeyReused when receipt is null || sendings.TrueForAll(other => other.Fingerprint == sending.Fingerprint):
                Add(1, $"{sending} was told that the key belongs to another request, and there is none");
                break;
        }
    }

    /// <summary>A repeat gets the first answer again; of two bodies under one key at most one is ever decided.</summary>
    private void JudgeRepeats(List<Invocation> sendings)
    {
        var decided = sendings.Where(sending => sending.Outcome is Outcome.Done or Outcome.Refused).ToList();
        if (decided.Select(sending => sending.Fingerprint).Distinct().Count() > 1)
            Add(1, $"{decided[0]}: two requests were decided under one key");
        if (decided.Exists(sending => sendings.Exists(other => other.Outcome == Outcome.KeyReused && other.Fingerprint == sending.Fingerprint)))
            Add(1, $"{decided[0]} was decided, and then told that its key belongs to another request");
        if (decided.Select(sending => (sending.Outcome, sending.Code, sending.Version, sending.Position)).Distinct().Count() > 1)
            Add(1, $"{decided[0]}: a repeat got another answer than the first one");
        if (decided.Where(sending => sending.Outcome == Outcome.Done).Select(sending => sending.Reply).Distinct().Count() > 1)
            Add(1, $"{decided[0]}: a repeat got another body than the first one");
        if (decided.Count(sending => !sending.IsReplayed) > 1)
            Add(1, $"{decided[0]}: two sendings were answered as if each were the first");
    }

    private void JudgeLog()
    {
        var asked = invocations.Select(invocation => (invocation.Tenant, invocation.CommandId)).ToHashSet();
        var versions = new Dictionary<(string, string), long>();
        var ids = new HashSet<(string, Guid)>();
        var position = 0L;
        foreach (var logged in evidence.Events)
        {
            if (logged.Position != ++position)
                Add(2, $"{logged} stands where position {position} belongs");
            position = logged.Position;
            var stream = (logged.Tenant, logged.Stream);
            var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
            if (logged.Version != version)
                Add(2, $"{logged} stands where version {version} belongs");
            versions[stream] = logged.Version;
            if (!ids.Add((logged.Tenant, logged.EventId)))
                Add(1, $"{logged} has the id of another event");
            if (!logged.IsCaused && !asked.Contains((logged.Tenant, logged.CommandId)))
                Add(1, $"{logged} was asked for by nobody");
        }
    }

    private static string Describe(LoggedReceipt? receipt) => receipt?.ToString() ?? "nothing: there is none";

    private void Add(int invariant, FormattableString what) => findings.Add(new Finding(invariant, what.ToString(CultureInfo.InvariantCulture)));
}
