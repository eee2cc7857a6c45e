namespace OrleansOrders.Domain;

/// <summary>What a command asks for. Time and ids arrive inside; a decider never reads a clock.</summary>
/// <param name="At">When the caller says it happens, UTC.</param>
public abstract record Command(DateTimeOffset At);

/// <summary>
/// A command that begins its stream, nearly always: whoever decides it need not look first whether the stream is there. Where
/// it is, the append says so, and the command is decided again on what it holds.
/// </summary>
public interface IBeginsStream;

/// <summary>A fact that happened. Past tense, immutable, stored under the name that <see cref="EventCatalog"/> gives.</summary>
/// <param name="At">When it happened, UTC; taken from the command that caused it.</param>
public abstract record DomainEvent(DateTimeOffset At);

/// <summary>A decider's answer. A refusal is a value, never an exception.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>The events to append, in order. None means that what was asked for is already so.</summary>
    public sealed record Accepted(IReadOnlyList<DomainEvent> Events) : Decision;

    /// <summary>The command is refused.</summary>
    /// <param name="Code">A stable kebab-case code from <see cref="Refusals"/>.</param>
    /// <param name="Detail">One sentence for a person.</param>
    public sealed record Rejected(string Code, string Detail) : Decision;

    public static readonly Decision AlreadyDone = new Accepted([]);

    public static Decision Accept(params DomainEvent[] events) => new Accepted(events);

    public static Decision Reject(string code, string detail) => new Rejected(code, detail);
}

/// <summary>
/// The rules of one kind of stream: two pure functions and a beginning.
/// <c>Decide</c> may refuse; <c>Evolve</c> never does, and throws <see cref="ImpossibleEventException"/> on a pair
/// that no decision can have produced.
/// </summary>
public interface IAggregate<TState, in TCommand>
    where TState : class
    where TCommand : Command
{
    /// <summary>The prefix of the stream's name and of its events' stored names.</summary>
    static abstract string StreamType { get; }

    static abstract TState Initial { get; }

    static abstract Decision Decide(TState state, TCommand command);

    static abstract TState Evolve(TState state, DomainEvent @event);
}

/// <summary>A stream holds an event that its state cannot take. The log is damaged or the code is older than it.</summary>
public sealed class ImpossibleEventException(object state, DomainEvent @event)
    : Exception($"{@event.GetType().Name} cannot follow {state.GetType().Name}.");
