using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Support;

/// <summary>The vocabulary of the specs: given events, when a command, then events or a refusal.</summary>
public abstract class AggregateSpec<TAggregate, TState, TCommand>
    where TAggregate : IAggregate<TState, TCommand>
    where TState : class
    where TCommand : Command
{
    protected static readonly DateTimeOffset Noon = Samples.Noon;

    protected static GivenHistory Given(params IEnumerable<DomainEvent> history) => new(
        history.Aggregate(TAggregate.Initial, TAggregate.Evolve));

    /// <summary>What the commands lead to from nothing; every one of them must be accepted.</summary>
    protected static GivenHistory GivenCommands(params IEnumerable<TCommand> commands) => new(
        commands.Aggregate(TAggregate.Initial, (state, command) => Follow(state, TAggregate.Decide(state, command))));

    private static TState Follow(TState state, Decision decision) =>
        Assert.IsType<Decision.Accepted>(decision).Events.Aggregate(state, TAggregate.Evolve);

    /// <summary>A state to decide on.</summary>
    public sealed record GivenHistory(TState State)
    {
        public Outcome When(TCommand command)
        {
            var decision = TAggregate.Decide(State, command);
            Assert.Equal(Samples.Describe(decision), Samples.Describe(TAggregate.Decide(State, command)));
            return new Outcome(State, decision);
        }
    }

    /// <summary>What a decider answered.</summary>
    public sealed record Outcome(TState Before, Decision Decision)
    {
        public void Refused(string code) =>
            Assert.Equal($"!{code}", Samples.Describe(Decision is Decision.Rejected rejected ? rejected with { Detail = "" } : Decision));

        /// <summary>What was asked for is so already.</summary>
        public void ChangesNothing() => Then();

        /// <summary>Accepted with exactly these events; the state after them can be looked at.</summary>
        public TState Then(params DomainEvent[] events)
        {
            Assert.Equal(Samples.Describe(Decision.Accept(events)), Samples.Describe(Decision));
            return events.Aggregate(Before, TAggregate.Evolve);
        }

        public TState Accepted() => Follow(Before, Decision);
    }
}
