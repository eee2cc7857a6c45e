using System.Data.Common;
using Orleans.EventSourcing;
using Orleans.Providers;
using Orleans.Storage;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.Calls;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Grains.LogConsistency;

namespace OrleansOrders.Grains.Aggregates;

/// <summary>
/// An aggregate as a journaled grain. It decides with the loop that both editions share; what it knows is only a guess at
/// the stream's end, which the journal's conditional append checks.
/// </summary>
[LogConsistencyProvider(ProviderName = OrdersJournal.Name)]
public abstract class AggregateGrain<TState, TCommand, TAggregate>(GrainServices services)
    : JournaledGrain<AggregateView<TState, TCommand, TAggregate>, DomainEvent>, IAggregateGrain<TState>, IStreamTurn<TState>,
        IJournalAuthor<DomainEvent>
    where TState : class
    where TCommand : Command
    where TAggregate : IAggregate<TState, TCommand>
{
    private bool isKnown;
    private CommandContext? deciding;
    private Receipt? receipt;
    private long decidedOn;

    /// <summary>Loads with the first call that needs it, so that a database that is away is an answer and not a failed activation.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<StateReply<TState>> Read() => Reading(async () =>
    {
        await Refresh();
        return Known();
    });

    public Task<StateReply<TState>> ReadAt(long version) => Reading(async () =>
    {
        var (tenant, id) = Names();
        return isKnown && Version == version
            ? Known()
            : await services.History.Load<TState>(tenant, id, new PointInTime(version, null), CancellationToken.None);
    });

    public Task<StateReply<TState>> ReadKnown() => Reading(async () =>
    {
        if (!isKnown)
            await Refresh();
        return Known();
    });

    Loaded<TState> IStreamTurn<TState>.Known => KnownForDecision();

    async Task<Loaded<TState>> IStreamTurn<TState>.Load(CancellationToken cancellation)
    {
        if (!isKnown)
            await Refresh();
        var known = KnownForDecision();
        return services.Options.Personal is { } personal ? await personal.ForDecision(Stream(), known, cancellation) : known;
    }

    async Task<TurnResult<TState>> IStreamTurn<TState>.Append(
        IReadOnlyList<DomainEvent> events, CommandContext context, Receipt? receipt, CancellationToken cancellation)
    {
        if (services.Options.Personal is { } personal)
            events = await personal.Seal(services.Store, Stream(), State.State, events, context, cancellation);
        if (State.Head.Version != decidedOn) // a read that came between has caught up with others
            return new TurnResult<TState>.Moved();
        (deciding, this.receipt) = (context, receipt);
        var isAppended = await RaiseConditionalEvents(events);
        isKnown = true; // appending to a stream looks at it
        if (isAppended)
        {
            services.Options.Personal?.Written(Stream(), events);
            return new TurnResult<TState>.Appended(Known());
        }
        return receipt is not null && await services.Store.FindReceipt(context.Tenant, context.CommandId, cancellation) is { } earlier
            ? new TurnResult<TState>.Received(earlier)
            : new TurnResult<TState>.Moved();
    }

    // The journal has caught up with what moved the stream.
    void IStreamTurn<TState>.Doubt()
    {
    }

    Task<StoredReceipt?> IStreamTurn<TState>.FindReceipt(string tenant, Guid commandId, CancellationToken cancellation) =>
        services.Store.FindReceipt(tenant, commandId, cancellation);

    JournalWrite IJournalAuthor<DomainEvent>.Write(IReadOnlyList<DomainEvent> entries) =>
        new(EventCodec.Encode(entries, deciding!), receipt);

    protected sealed override void TransitionState(AggregateView<TState, TCommand, TAggregate> state, DomainEvent @event) =>
        state.State = TAggregate.Evolve(state.State, @event);

    /// <summary>Decides a command of a caller.</summary>
    protected Task<CommandReply> Execute(TCommand command, CommandKey key)
    {
        var (_, id) = Names();
        return CommandTargets.IdOf(command) is { } target && target != id
            ? Task.FromResult(CommandReply.Refuse(CallRefusals.WrongAggregate, $"The command names {target}, the grain is {id}."))
            : Decide(command, CallContexts.For(CallIdentity.Current!, command, key));
    }

    /// <summary>Only one at a time: a grain's turns see to that, where they do not interleave.</summary>
    protected virtual async Task<CommandReply> Decide(TCommand command, CommandContext context)
    {
        try
        {
            return CommandReply.From(await CommandLoop<TState, TCommand, TAggregate>.Run(
                this, RefundPolicy.Apply(command, context, services.Options), context, services.Options.DecideAttempts, CancellationToken.None));
        }
        catch (InconsistentStateException broken) when (broken.InnerException is UnfoldableException { Event: { } recorded } unfoldable)
        {
            throw Unreadable(recorded, unfoldable);
        }
        catch (InconsistentStateException unknown)
        {
            isKnown = false;
            DeactivateOnIdle(); // the next activation reads the log
            return new CommandReply(CommandStatus.Unknown, Detail: unknown.Message);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or UnavailableException or DbException or TimeoutException)
        {
            return new CommandReply(CommandStatus.Unavailable, Detail: failure.Message);
        }
    }

    /// <summary>The tenant and the order's, SKU's or customer's id.</summary>
    protected (string Tenant, string Id) Names() => GrainKeys.TryParse(this.GetPrimaryKeyString(), out var tenant, out var id)
        ? (tenant, id)
        : throw new InvalidOperationException("The call filter lets no call to such a grain pass.");

    private async Task Refresh()
    {
        await RefreshNow();
        isKnown = true;
    }

    /// <summary>The next activation reads the log again, and with it what was repaired meanwhile.</summary>
    private UnreadableEventException Unreadable(RecordedEvent recorded, UnfoldableException unfoldable)
    {
        isKnown = false;
        DeactivateOnIdle();
        return EventRepairs.Unreadable(recorded, unfoldable.InnerException!);
    }

    /// <exception cref="UnavailableException">The log cannot be read.</exception>
    /// <exception cref="UnreadableEventException">The stream cannot be folded.</exception>
    private async Task<StateReply<TState>> Reading(Func<Task<Loaded<TState>>> read)
    {
        try
        {
            var loaded = await read();
            if (services.Options.Personal is { } personal)
                loaded = loaded with { State = await personal.Open(Names().Tenant, loaded.State, CancellationToken.None) };
            return new StateReply<TState>(loaded.State, loaded.Version, loaded.Position);
        }
        catch (InconsistentStateException broken) when (broken.InnerException is UnfoldableException { Event: { } recorded } unfoldable)
        {
            throw Unreadable(recorded, unfoldable);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or DbException or TimeoutException)
        {
            throw new UnavailableException(failure.Message, failure);
        }
    }

    private Loaded<TState> KnownForDecision()
    {
        var known = Known();
        decidedOn = known.Version;
        return known;
    }

    private StreamName Stream()
    {
        var (tenant, id) = Names();
        return new StreamName(tenant, TAggregate.StreamType, id);
    }

    private Loaded<TState> Known() => new(State.State, State.Head.Version, State.Head.Position);
}
