using System.Collections.Concurrent;

namespace OrleansOrders.Tests.Faults;

/// <summary>What all clients of a run invoked and got, in one count of time that they share.</summary>
internal sealed class ClientHistory
{
    private readonly ConcurrentQueue<Invocation> invocations = new();
    private readonly ConcurrentQueue<Reading> readings = new();
    private long now;

    public IReadOnlyList<Invocation> Invocations => [.. invocations];

    public IReadOnlyList<Reading> Readings => [.. readings];

    /// <summary>A moment that is later than all before it, whoever asks.</summary>
    public long Tick() => Interlocked.Increment(ref now);

    public void Add(Invocation invocation) => invocations.Enqueue(invocation);

    public void Add(Reading reading) => readings.Enqueue(reading);

    /// <summary>Commands by what their client knows in the end.</summary>
    public Known Count()
    {
        var known = new Known(0, 0, 0, 0);
        foreach (var command in invocations.GroupBy(invocation => (invocation.Tenant, invocation.Key)))
        {
            var outcomes = command.Select(invocation => invocation.Outcome).ToHashSet();
            if (outcomes.Contains(Outcome.Done))
                known = known with { Acknowledged = known.Acknowledged + 1 };
            else if (outcomes.Contains(Outcome.Refused))
                known = known with { Refused = known.Refused + 1 };
            else
                known = known with { Unknown = known.Unknown + 1 };
        }
        return known with { Unanswered = invocations.Count(invocation => invocation.Outcome == Outcome.Unknown) };
    }
}

/// <param name="Unanswered">Sendings, not commands, that got no answer that settles anything.</param>
internal sealed record Known(int Acknowledged, int Refused, int Unknown, int Unanswered)
{
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Acknowledged} acknowledged, {Refused} refused, {Unknown} unknown, {Unanswered} sendings unanswered");
}
