namespace OrleansOrders.Domain;

/// <summary>What a fulfilment's state asks its runner to do. Pure, so that a restart finds the same answer.</summary>
public abstract record NextAction
{
    /// <summary>Perform the step; its event is committed.</summary>
    public sealed record Perform(FulfilmentStep Step) : NextAction;

    /// <summary>Perform the compensation step.</summary>
    public sealed record Undo(CompensationStep Step) : NextAction;

    /// <summary>Send <see cref="WakeFulfilment"/> now: a deadline or a retry is due.</summary>
    public sealed record Wake : NextAction;

    /// <summary>Nothing before this moment.</summary>
    public sealed record WaitUntil(DateTimeOffset At) : NextAction;

    /// <summary>The saga rests: ended, parked or not there.</summary>
    public sealed record Rest : NextAction;

    public static NextAction After(FulfilmentState state, DateTimeOffset now) => state switch
    {
        // An attempt that was started gets its chance even when nobody was there until its deadline had passed: the deadline
        // ends the retries, not an order whose server was down.
        FulfilmentState.Running { RetryAt: null } running => new Perform(running.Step),
        FulfilmentState.Running running when now >= running.Deadline => new Wake(),
        FulfilmentState.Running { RetryAt: { } due } => now >= due ? new Wake() : new WaitUntil(due),
        FulfilmentState.Compensating { RetryAt: { } due } when now < due => new WaitUntil(due),
        FulfilmentState.Compensating compensating => new Undo(compensating.Step),
        _ => new Rest(),
    };

    /// <summary>When the saga must be looked at again without being told, or null when it rests.</summary>
    public static DateTimeOffset? WakeAt(FulfilmentState state) => state switch
    {
        FulfilmentState.Running running => running.RetryAt is { } due && due < running.Deadline ? due : running.Deadline,
        FulfilmentState.Compensating compensating => compensating.RetryAt ?? DateTimeOffset.MinValue,
        _ => null,
    };
}
