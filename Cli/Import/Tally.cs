namespace OrleansOrders.Cli.Import;

/// <summary>Counts what is accepted and what is rejected for which reason.</summary>
public sealed class Tally
{
    private readonly Dictionary<string, RejectCount> rejected = new(StringComparer.Ordinal);
    private long accepted;

    public void Accept(long count = 1) => accepted += count;

    public void Reject(string reason, long line, long count = 1) => rejected[reason] = rejected.TryGetValue(reason, out var known)
        ? known with { Count = known.Count + count, FirstLine = Math.Min(known.FirstLine, line) }
        : new RejectCount(reason, count, line);

    public PlanCount ToCount() => new(
        accepted + rejected.Values.Sum(reject => reject.Count), accepted,
        [.. rejected.Values.OrderBy(reject => reject.Reason, StringComparer.Ordinal)]);
}
