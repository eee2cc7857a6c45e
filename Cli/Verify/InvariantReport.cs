using System.Globalization;

namespace OrleansOrders.Cli.Verify;

public enum Verdict
{
    Ok,
    Violated,

    /// <summary>Nothing is violated, but a person has to look.</summary>
    Warning,
    NotApplicable,
}

/// <summary>One invariant's line.</summary>
/// <param name="Number">As in the design's list of invariants; 10 is what no invariant says, that nothing waits for a person; 11 is the audit.</param>
/// <param name="Counts">What was looked at.</param>
/// <param name="Violations">How many were found.</param>
/// <param name="First">The first of them, each with its key.</param>
public sealed record InvariantReport(
    int Number, string Name, Verdict Verdict, string Counts, long Violations, IReadOnlyList<string> First);

/// <summary>Collects what speaks against one invariant: the number, and the first few in words.</summary>
internal sealed class Findings(int number, string name)
{
    private const int Shown = 10;

    private readonly List<string> first = [];
    private long count;

    public int Number => number;

    public bool IsEmpty => count == 0;

    public void Add(FormattableString what)
    {
        if (++count <= Shown)
            first.Add(what.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Violations that nobody has words for any more.</summary>
    public void AddMore(long more) => count += more;

    /// <param name="counts">What was looked at.</param>
    public InvariantReport ToReport(FormattableString counts) => new(
        number, name, count == 0 ? Verdict.Ok : Verdict.Violated, counts.ToString(CultureInfo.InvariantCulture), count, first);
}
