using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Read-your-writes: an answer from a projection is as new as the caller asks for, or it says that it is not.</summary>
internal static class Freshness
{
    /// <summary>Waits for the position that <c>min-position</c> names, if it does.</summary>
    public static async Task AwaitMinPosition(this Call call, params string[] projections)
    {
        var position = call.Query.Integer("min-position", 0, long.MaxValue);
        call.Checks.ThrowIfAny();
        if (position is > 0)
            await call.Await(position.Value, projections);
    }

    /// <summary>For what is read from the log itself: a position there is always applied.</summary>
    public static void AcceptAnyPosition(this Call call)
    {
        call.Query.Integer("min-position", 0, long.MaxValue);
        call.Checks.ThrowIfAny();
    }

    /// <summary>
    /// A row that is not there may only not be there yet: the stream itself tells, so that what was just created is found.
    /// </summary>
    public static async Task<TView?> FindFresh<TState, TView>(
        this Call call, string projection, string id, Func<Task<TView?>> find)
        where TState : class
        where TView : class
    {
        await call.AwaitMinPosition(projection);
        if (await find() is { } view)
            return view;
        var head = await call.Aggregates.Load<TState>(call.Tenant, id, PointInTime.Latest, call.Aborted);
        if (head.Version == 0)
            return null;
        await call.Await(head.Position, projection);
        return await find();
    }

    private static async Task Await(this Call call, long position, params string[] projections)
    {
        foreach (var projection in projections)
        {
            if (await call.ReadModels.WaitFor(projection, position, call.Services.Options.ProjectionWait, call.Aborted))
                continue;
            throw new ProblemException(Problem.Of(
                ProblemCodes.ProjectionBehind, $"{projection} has not reached the position that is asked for; repeat.").RetryAfter(1));
        }
    }
}
