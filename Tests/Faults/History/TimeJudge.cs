using System.Globalization;

namespace OrleansOrders.Tests.Faults;

/// <summary>
/// What came after what. An answer that was begun when another had ended is not about an older state; what was read with a
/// position is no older than that position; and one version of a stream is shown in one way only.
/// </summary>
internal static class TimeJudge
{
    public static IEnumerable<Finding> Judge(
        IReadOnlyList<Invocation> invocations, IReadOnlyList<Reading> readings, Evidence evidence)
    {
        // A replayed answer was decided before it was asked for: it says nothing about its own time.
        var decided = invocations.Where(one => one is { Outcome: Outcome.Done, IsReplayed: false }).ToList();
        var own = evidence.Events.Select(logged => (logged.Tenant, logged.CommandId)).ToHashSet();
        return JudgePositions([.. decided.Where(one => own.Contains((one.Tenant, one.CommandId)))])
            .Concat(decided.GroupBy(one => (one.Tenant, one.Stream)).SelectMany(stream => JudgeVersions([.. stream])))
            .Concat(JudgeReadings(invocations, readings, evidence))
            .Concat(JudgeViews(invocations, readings));
    }

    private static IEnumerable<Finding> JudgePositions(List<Invocation> decided) => Older(decided, one => one.Position).Select(pair => Say(
        1, $"{pair.Late} was sent after {pair.Early} was acknowledged at {pair.Early.Position}, and stands before it at {pair.Late.Position}"));

    private static IEnumerable<Finding> JudgeVersions(List<Invocation> decided) => Older(decided, one => one.Version).Select(pair => Say(
        1, $"{pair.Late} was sent after {pair.Early} was acknowledged with version {pair.Early.Version}, and was decided on an older one"));

    /// <summary>Those that were begun after another had ended, with a smaller value than it.</summary>
    private static IEnumerable<(Invocation Early, Invocation Late)> Older(List<Invocation> decided, Func<Invocation, long> value)
    {
        var ended = new Queue<Invocation>(decided.OrderBy(one => one.Ended));
        Invocation? highest = null;
        foreach (var late in decided.OrderBy(one => one.Begun))
        {
            while (ended.Count > 0 && ended.Peek().Ended < late.Begun)
            {
                var early = ended.Dequeue();
                highest = highest is null || value(early) > value(highest) ? early : highest;
            }
            if (highest is not null && value(late) < value(highest))
                yield return (highest, late);
        }
    }

    private static IEnumerable<Finding> JudgeReadings(
        IReadOnlyList<Invocation> invocations, IReadOnlyList<Reading> readings, Evidence evidence)
    {
        var heads = evidence.Events.GroupBy(one => (one.Tenant, one.Stream)).ToDictionary(stream => stream.Key, stream => stream.Max(one => one.Version));
        var done = invocations.Where(one => one.Outcome == Outcome.Done).ToLookup(one => (one.Tenant, one.Stream));
        foreach (var reading in readings)
        {
            var stream = (reading.Tenant, reading.Stream);
            var newest = done[stream].Where(one => one.Position <= reading.MinPosition).Select(one => one.Version).DefaultIfEmpty().Max();
            if (reading.Version < newest)
                yield return Say(8, $"{reading} from position {reading.MinPosition} on shows version {reading.Version}, which is older than {newest}");
            if (reading.Version > heads.GetValueOrDefault(stream))
                yield return Say(8, $"{reading} shows version {reading.Version}, which the log does not have");
        }
    }

    /// <summary>An order's read model shows what the command that made this version was answered with.</summary>
    private static IEnumerable<Finding> JudgeViews(IReadOnlyList<Invocation> invocations, IReadOnlyList<Reading> readings)
    {
        var answers = invocations.Where(one => one.Outcome == Outcome.Done && one.Stream.StartsWith("order-", StringComparison.Ordinal))
            .Select(one => (one.Tenant, one.Stream, one.Version, one.Reply));
        return from view in readings.Where(one => one.Version > 0).Select(one => (one.Tenant, one.Stream, one.Version, one.Reply))
                   .Concat(answers).GroupBy(one => (one.Tenant, one.Stream, one.Version))
               where view.Select(one => one.Reply).Distinct().Count() > 1
               select Say(8, $"{view.Key.Tenant}/{view.Key.Stream}: version {view.Key.Version} was shown in two ways");
    }

    private static Finding Say(int invariant, FormattableString what) => new(invariant, what.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Nothing that a tenant is told or that is stored for it names another: their names stand in all that they write.</summary>
internal static class NameJudge
{
    public static IEnumerable<Finding> Judge(
        IReadOnlyList<Invocation> invocations, IReadOnlyList<Reading> readings, Evidence evidence, IReadOnlyList<string> tenants)
    {
        var texts = invocations.Select(one => (one.Tenant, What: $"the answer to {one}", Text: one.Reply))
            .Concat(readings.Select(one => (one.Tenant, What: $"{one}", Text: one.Reply)))
            .Concat(evidence.Events.Select(one => (one.Tenant, What: $"{one}", one.Text)))
            .Concat(evidence.Receipts.Select(one => (one.Tenant, What: $"the receipt of {one.CommandId}", one.Text)));
        return from text in texts
               from tenant in tenants
               where tenant != text.Tenant && text.Text.Contains(tenant, StringComparison.Ordinal)
               select new Finding(9, $"{text.What} of {text.Tenant} names {tenant}");
    }
}
