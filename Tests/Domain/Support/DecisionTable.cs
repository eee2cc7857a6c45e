using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Support;

/// <summary>
/// What every command does in every state, as text. One line per command, groups of states with the outcome they share:
/// <c>place | draft: placed | placed shipped: = | cancelled: !order-cancelled</c>. Outcomes are the short names of the
/// events, <c>=</c> for "already so" and <c>!code</c> for a refusal.
/// </summary>
public sealed class DecisionTable
{
    private readonly Dictionary<(string Command, string State), string> outcomes = [];

    public DecisionTable(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = line.Split('|', StringSplitOptions.TrimEntries);
            foreach (var group in parts.Skip(1))
            {
                var colon = group.IndexOf(':', StringComparison.Ordinal);
                foreach (var state in group[..colon].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    outcomes.Add((parts[0], state), group[(colon + 1)..].Trim());
            }
        }
    }

    public TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var ((command, state), outcome) in outcomes)
            cases.Add(command, state, outcome);
        return cases;
    }

    /// <summary>Fails unless every command meets every state, and nothing else is listed.</summary>
    public void IsComplete(IEnumerable<string> commands, IEnumerable<string> states)
    {
        var wanted = commands.SelectMany(_ => states, (command, state) => $"{command} {state}").Order();
        Assert.Equal(wanted, outcomes.Keys.Select(key => $"{key.Command} {key.State}").Order());
    }

    /// <summary>Fails unless <paramref name="present"/> has an instance of every sealed type below <typeparamref name="TBase"/>.</summary>
    public static void HasEveryKindOf<TBase>(IEnumerable<object> present)
    {
        var wanted = typeof(TBase).Assembly.GetTypes()
            .Where(type => typeof(TBase).IsAssignableFrom(type) && !type.IsAbstract).Select(type => type.Name).Order();
        Assert.Equal(wanted, present.Select(item => item.GetType().Name).Distinct().Order());
    }

    /// <summary>The outcome in the table's words: the names of the events, without aggregate and version.</summary>
    public static string Describe(string streamType, Decision decision) => decision switch
    {
        Decision.Rejected(var code, _) => $"!{code}",
        Decision.Accepted { Events.Count: 0 } => "=",
        Decision.Accepted(var events) => string.Join(", ", events.Select(@event => ShortName(streamType, @event))),
        _ => throw new InvalidOperationException("A decision is accepted or rejected."),
    };

    public static string ShortName(string streamType, DomainEvent @event)
    {
        var name = EventCatalog.KindOf(@event).StoredName;
        name = name[..name.LastIndexOf(".v", StringComparison.Ordinal)];
        return name.StartsWith(streamType + "-", StringComparison.Ordinal) ? name[(streamType.Length + 1)..] : name;
    }
}
