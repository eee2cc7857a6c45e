using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.LogConsistency;

namespace OrleansOrders.Grains.Aggregates;

/// <summary>An aggregate's state as its journal folds it.</summary>
public sealed class AggregateView<TState, TCommand, TAggregate> : IAggregateView, IJournalView
    where TState : class
    where TCommand : Command
    where TAggregate : IAggregate<TState, TCommand>
{
    public TState State { get; set; } = TAggregate.Initial;

    public StreamHead Head { get; set; } = StreamHead.None;

    string IAggregateView.Schema => StateCatalog.SchemaOf<TState>();

    byte[] IAggregateView.Encode() => StateCatalog.Encode(State);

    void IAggregateView.Restore(ReadOnlySpan<byte> bytes) => State = StateCatalog.Decode<TState>(bytes);
}

/// <summary>What <see cref="OrdersJournal"/> needs of a view without knowing its state.</summary>
internal interface IAggregateView
{
    string Schema { get; }

    byte[] Encode();

    void Restore(ReadOnlySpan<byte> bytes);
}
