namespace OrleansOrders.Grains.Interfaces;

/// <summary>What every aggregate's grain answers. Its id is <see cref="GrainKeys.Of"/>; calls carry a <see cref="CallIdentity"/>.</summary>
public interface IAggregateGrain<TState> : IGrainWithStringKey
    where TState : class
{
    /// <summary>The latest state, checked against the log: what was durable when the call began is in it.</summary>
    [Alias("Read")]
    Task<StateReply<TState>> Read();

    /// <summary>The state after this version, 0 for the beginning; the latest when the stream is shorter.</summary>
    [Alias("ReadAt")]
    Task<StateReply<TState>> ReadAt(long version);

    /// <summary>The latest state that the grain knows, without a look at the log: cheaper, and possibly out of date.</summary>
    [Alias("ReadKnown")]
    Task<StateReply<TState>> ReadKnown();
}
