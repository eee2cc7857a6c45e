using System.Diagnostics;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>One stream while one command is decided on it. Nobody else in this process decides on it meanwhile.</summary>
public interface IStreamTurn<TState>
    where TState : class
{
    /// <summary>What is known of the stream without looking; its beginning where nothing is.</summary>
    Loaded<TState> Known { get; }

    /// <summary>What is known of the stream, loaded when nothing is, or when <see cref="Doubt"/> was cast on it.</summary>
    Task<Loaded<TState>> Load(CancellationToken cancellation);

    /// <summary>
    /// Appends to the state that <see cref="Known"/> or <see cref="Load"/> gave, or says that the stream has moved. With no
    /// events it only checks that it has not, and leaves the receipt.
    /// </summary>
    Task<TurnResult<TState>> Append(IReadOnlyList<DomainEvent> events, CommandContext context, Receipt? receipt, CancellationToken cancellation);

    /// <summary>What is known may be out of date: the next <see cref="Load"/> looks again.</summary>
    void Doubt();

    Task<StoredReceipt?> FindReceipt(string tenant, Guid commandId, CancellationToken cancellation);
}

public abstract record TurnResult<TState>
    where TState : class
{
    private TurnResult()
    {
    }

    /// <summary>Durable, or with no events: still so.</summary>
    public sealed record Appended(Loaded<TState> After) : TurnResult<TState>;

    /// <summary>The stream has moved; nothing was written.</summary>
    public sealed record Moved : TurnResult<TState>;

    /// <summary>The command was decided before; nothing was written.</summary>
    public sealed record Received(StoredReceipt Receipt) : TurnResult<TState>;
}

/// <summary>
/// Decide, append, and decide again when somebody was faster: the same in both editions. What a turn knows is only a guess
/// at the stream's end, so every answer, a refusal too, is fenced by the version key before it is given.
/// </summary>
public static class CommandLoop<TState, TCommand, TAggregate>
    where TState : class
    where TCommand : Command
    where TAggregate : IAggregate<TState, TCommand>
{
    /// <param name="attempts">How often it is decided before the command is given up, at least 1.</param>
    /// <exception cref="UnavailableException">Others changed the stream faster than it could be decided on.</exception>
    public static async Task<CommandOutcome> Run(
        IStreamTurn<TState> stream, TCommand command, CommandContext context, int attempts, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var span = EngineTelemetry.StartCommand(command, context);
        if (span is not null)
            context = context with { TraceParent = span.Id }; // whatever follows from its events goes on from here
        CommandOutcome? outcome = null;
        try
        {
            return outcome = await Decide(stream, command, context, attempts, cancellation);
        }
        finally
        {
            EngineTelemetry.Command(TAggregate.StreamType, outcome, started, span);
        }
    }

    private static async Task<CommandOutcome> Decide(
        IStreamTurn<TState> stream, TCommand command, CommandContext context, int attempts, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var loaded = command is IBeginsStream && attempt == 1 ? stream.Known : await stream.Load(cancellation);
            var decision = context.IfVersion is { } wanted && wanted != loaded.Version ? null : TAggregate.Decide(loaded.State, command);
            IReadOnlyList<DomainEvent> events = decision is Decision.Accepted accepted ? accepted.Events : [];

            // A repeat must get its first answer, and its command may look refused or done only because it was carried out.
            if (events.Count == 0 && context.Fingerprint is not null
                && await stream.FindReceipt(context.Tenant, context.CommandId, cancellation) is { } earlier)
                return FromReceipt(earlier, context);

            switch (await stream.Append(events, IdentityAt(loaded.Version, context), ReceiptFor(decision, context), cancellation))
            {
                case TurnResult<TState>.Appended appended:
                    return Conclude(decision, appended.After);
                case TurnResult<TState>.Received received:
                    stream.Doubt();
                    return FromReceipt(received.Receipt, context);
                default:
                    stream.Doubt();
                    if (attempt >= attempts)
                        throw new UnavailableException($"The {TAggregate.StreamType} is being changed by others faster than it can be decided on.");
                    break;
            }
        }
    }

    /// <summary>
    /// Under which identity the events are written. Without a receipt nothing shows that a command was decided before: when it
    /// comes again, and the rules let it, what it then decides is something else and must not have the ids of the first time.
    /// </summary>
    private static CommandContext IdentityAt(long version, CommandContext context) =>
        context.Fingerprint is null ? context with { CommandId = Ids.OfVersion(context.CommandId, version) } : context;

    // A mismatched version leaves no receipt, because the caller will look again and repeat.
    private static Receipt? ReceiptFor(Decision? decision, CommandContext context) => (decision, context.Fingerprint) switch
    {
        (null, _) or (_, null) => null,
        (Decision.Rejected rejected, var fingerprint) => new Receipt(context.CommandId, fingerprint, rejected.Code, rejected.Detail),
        (_, var fingerprint) => new Receipt(context.CommandId, fingerprint, null, null),
    };

    private static CommandOutcome Conclude(Decision? decision, Loaded<TState> after) => decision switch
    {
        null => new CommandOutcome.VersionMismatch(after.Version),
        Decision.Rejected rejected => new CommandOutcome.Refused(rejected.Code, rejected.Detail, after.Version, false),
        _ => new CommandOutcome.Done(after.Version, after.Position, false),
    };

    private static CommandOutcome FromReceipt(StoredReceipt stored, CommandContext context)
    {
        if (!stored.Receipt.Fingerprint.AsSpan().SequenceEqual(context.Fingerprint))
            return new CommandOutcome.KeyReused();
        return stored.Receipt.RefusalCode is { } code
            ? new CommandOutcome.Refused(code, stored.Receipt.RefusalDetail ?? "", stored.Version, true)
            : new CommandOutcome.Done(stored.Version, stored.Position, true);
    }
}
