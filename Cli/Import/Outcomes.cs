using OrleansOrders.Cli.Client;

namespace OrleansOrders.Cli.Import;

/// <summary>What the server refused for one reason.</summary>
/// <param name="First">The first invoice or SKU that it happened to, and what the server said.</param>
public sealed record RefusedCount(string Code, long Count, string First);

/// <summary>Counts what came of the requests of one kind. Safe for concurrent use.</summary>
public sealed class Outcomes
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, RefusedCount> refused = new(StringComparer.Ordinal);
    private long isNew;
    private long known;

    public long New => Interlocked.Read(ref isNew);

    public long AlreadyThere => Interlocked.Read(ref known);

    public IReadOnlyList<RefusedCount> Refused
    {
        get
        {
            lock (gate)
                return [.. refused.Values.OrderBy(count => count.Code, StringComparer.Ordinal)];
        }
    }

    public void Accept(bool wasThere)
    {
        if (wasThere)
            Interlocked.Increment(ref known);
        else
            Interlocked.Increment(ref isNew);
    }

    public void Refuse(string what, Refusal refusal)
    {
        lock (gate)
        {
            refused[refusal.Code] = refused.TryGetValue(refusal.Code, out var count)
                ? count with { Count = count.Count + 1 }
                : new RefusedCount(refusal.Code, 1, $"{what}: {refusal.Detail}");
        }
    }
}
