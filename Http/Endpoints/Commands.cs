using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Carries a command to the engine and its outcome back.</summary>
internal static class Commands
{
    /// <param name="reply">Makes the success from the stream's state at the version that the command left it at.</param>
    /// <exception cref="ProblemException">The request is wrong, or the command was refused.</exception>
    public static async Task<Reply> Execute<TState>(this Call call, string id, Command command, Func<Loaded<TState>, Reply> reply)
        where TState : class
    {
        call.Checks.ThrowIfAny();
        if (command is OrderCommand or PaymentCommand or FulfilmentCommand)
            LogSubject.Current?.Is(call.Tenant, id);
        if (call.Key is not null && !call.Services.Running.TryAdd(call.CommandId, 0))
        {
            throw new ProblemException(Problem.Of(
                ProblemCodes.IdempotencyKeyInUse, "A request with this key is running; repeat when it has ended.").RetryAfter(1));
        }
        try
        {
            using var timeout = new CancellationTokenSource(call.Services.Options.CommandTimeout, call.Services.Time);
            return await Run(call, id, command, reply, timeout.Token);
        }
        finally
        {
            if (call.Key is not null)
                call.Services.Running.TryRemove(call.CommandId, out _);
        }
    }

    private static async Task<Reply> Run<TState>(
        Call call, string id, Command command, Func<Loaded<TState>, Reply> reply, CancellationToken cancellation)
        where TState : class
    {
        var isDecided = false;
        try
        {
            await CheckExists<TState>(call, id, cancellation);
            var outcome = await call.Aggregates.Execute(id, command, call.Context(call.Precondition.Version), cancellation);
            isDecided = outcome is CommandOutcome.Done;
            var done = Accept(outcome);
            var loaded = await call.Aggregates.Load<TState>(call.Tenant, id, new PointInTime(done.Version, null), cancellation);
            return reply(loaded) with { Version = loaded.Version, Position = loaded.Position, IsReplayed = done.Replayed };
        }
        catch (UnavailableException e) when (isDecided)
        {
            // It was done, only the answer could not be made: "nothing was done" would be a lie.
            throw new OutcomeUnknownException("The command was carried out, but its answer could not be read.", e);
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested)
        {
            throw new OutcomeUnknownException("The command took too long.", e);
        }
    }

    // If-Match: * asks for any version, so that there must be one.
    private static async Task CheckExists<TState>(Call call, string id, CancellationToken cancellation)
        where TState : class
    {
        if (!call.Precondition.MustExist)
            return;
        var head = await call.Aggregates.Load<TState>(call.Tenant, id, PointInTime.Latest, cancellation);
        if (head.Version == 0)
            throw new ProblemException(Mismatch(0));
    }

    private static CommandOutcome.Done Accept(CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Done done => done,
        CommandOutcome.Refused refused => throw new ProblemException(Refusal(refused)),
        CommandOutcome.VersionMismatch mismatch => throw new ProblemException(Mismatch(mismatch.Actual)),
        _ => throw new ProblemException(Problem.Of(
            ProblemCodes.IdempotencyKeyReused, "The key was sent before with another request; a new command needs a new key.")),
    };

    private static Problem Refusal(CommandOutcome.Refused refused)
    {
        var problem = Problem.Of(refused.Code, refused.Detail);
        return refused.Replayed ? problem.WithHeader(Reply.ReplayedHeader, "true") : problem;
    }

    private static Problem Mismatch(long actual)
    {
        var problem = Problem.Of(ProblemCodes.VersionMismatch, actual == 0
            ? "There is no such resource yet."
            : "The resource is at another version than If-Match names; read it again.");
        return actual == 0 ? problem : problem.WithHeader("ETag", EntityTags.Of(actual));
    }
}
