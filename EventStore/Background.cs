namespace OrleansOrders.EventStore;

/// <summary>A context that is the only thread there is. What runs in it starts nothing elsewhere.</summary>
public interface IOnlyThread
{
    /// <summary>Starts the work later, in this context.</summary>
    Task Start(Func<Task> work);
}

/// <summary>
/// Work that begins beside its caller: on the thread pool, or, in a simulation, in the one thread that the simulation
/// orders by its seed.
/// </summary>
public static class Background
{
    public static Task Run(Func<Task> work) =>
        SynchronizationContext.Current is IOnlyThread only ? only.Start(work) : Task.Run(work, CancellationToken.None);
}
