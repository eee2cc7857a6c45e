using System.Text;
using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain.Properties;

/// <summary>
/// One sequence of commands on one aggregate, with what holds for all of them: deciding never throws and always says the
/// same, refusals have codes, what was decided can be folded, events and states come back from their bytes, and a state
/// that came back evolves like the one that never left.
/// </summary>
public sealed class SequenceRun<TAggregate, TState, TCommand>(List<object> story)
    where TAggregate : IAggregate<TState, TCommand>
    where TState : class
    where TCommand : Command
{
    private static readonly HashSet<string> Codes =
        [.. typeof(Refusals).GetFields().Select(field => (string)field.GetRawConstantValue()!).Except([Refusals.CommandUnknown])];

    // Facts of one class run one after another, so nobody else writes here meanwhile.
    private static readonly HashSet<string> Reached = [];

    private readonly List<TCommand> sent = [];
    private TState restored = TAggregate.Initial;

    public TState State { get; private set; } = TAggregate.Initial;

    public List<DomainEvent> History { get; } = [];

    /// <summary>A command that was sent before: a late duplicate.</summary>
    public TCommand Earlier(Random chance) => sent[chance.Next(sent.Count)];

    public bool HasEarlier => sent.Count > 0;

    /// <param name="isRepeatable">Whether the command asks for a state, so that asking twice must not do more than asking once.</param>
    /// <returns>The events that were decided; none when it was refused or already so.</returns>
    public IReadOnlyList<DomainEvent> Send(TCommand command, bool isRepeatable)
    {
        story.Add(command);
        sent.Add(command);
        var decision = TAggregate.Decide(State, command);
        Assert.Equal(Samples.Describe(decision), Samples.Describe(TAggregate.Decide(State, command)));
        if (decision is not Decision.Accepted { Events: var events })
        {
            Assert.Contains(((Decision.Rejected)decision).Code, Codes);
            return [];
        }
        foreach (var @event in events)
            Apply(@event);
        if (isRepeatable)
            Assert.True(TAggregate.Decide(State, command) is not Decision.Accepted { Events.Count: > 0 }, "A repeat had a second effect.");
        return events;
    }

    /// <summary>Fails unless the sequences so far came to every state there is: a generator that stays in a corner proves little.</summary>
    public static void ReachedEveryState()
    {
        var states = typeof(TState).Assembly.GetTypes().Where(type => typeof(TState).IsAssignableFrom(type) && !type.IsAbstract);
        Assert.Empty(states.Select(type => type.Name).Except([.. Reached, TAggregate.Initial.GetType().Name]));
    }

    private void Apply(DomainEvent @event)
    {
        var stored = EventCatalog.Encode(@event);
        var read = EventCatalog.Decode(EventCatalog.KindOf(@event).StoredName, stored);
        Assert.Equal(stored, EventCatalog.Encode(read));
        History.Add(@event);
        State = TAggregate.Evolve(State, @event);
        Reached.Add(State.GetType().Name);
        restored = TAggregate.Evolve(restored, read);
        var bytes = StateCatalog.Encode(State);
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(StateCatalog.Encode(restored)));
        restored = StateCatalog.Decode<TState>(bytes);
        Assert.Equal(bytes, StateCatalog.Encode(restored));
    }
}
