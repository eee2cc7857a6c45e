using Microsoft.Extensions.Logging;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>
/// Health: whether the process answers, whether it has begun to work, and whether it can work now. What stands still while
/// orders are taken all the same makes it degraded, not unready: taking every server out would make it worse.
/// </summary>
internal static partial class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", "/health/live", Scopes.Public, "live", "The process answers")
        {
            Reply = typeof(HealthReply),
        }, _ => Task.FromResult(Answer("live")));
        routes.Map(new RouteContract("GET", "/health/startup", Scopes.Public, "startup", "The process was ready once")
        {
            Reply = typeof(HealthReply),
        }, Startup);
        routes.Map(new RouteContract("GET", "/health/ready", Scopes.Public, "ready", "Orders are taken; degraded when a projection has stopped")
        {
            Reply = typeof(HealthReply),
        }, Ready);
    }

    private static async Task<Reply> Startup(Call call)
    {
        if (!call.Services.HasStarted)
            await Ready(call);
        return Answer("started");
    }

    private static async Task<Reply> Ready(Call call)
    {
        var (obstacle, troubles) = await Look(call);
        if (obstacle is not null)
            throw new ProblemException(Problem.Invalid(ProblemCodes.NotReady, "See errors for what is missing.", [obstacle]).RetryAfter(2));
        call.Services.HasStarted = true;
        return troubles.Count == 0 ? Answer("ready") : Answer("degraded", troubles);
    }

    private static Reply Answer(string status, IReadOnlyList<FieldError>? troubles = null) =>
        Reply.Json(200, new HealthReply(status, troubles), ReplyJson.Instance.HealthReply);

    /// <returns>What keeps work away; and what does not, but needs somebody.</returns>
    private static async Task<(FieldError? Obstacle, IReadOnlyList<FieldError> Troubles)> Look(Call call)
    {
        if (call.Services.Options.Obstacle() is { } obstacle)
            return (new FieldError("/cluster", ProblemCodes.Unavailable, obstacle), []);
        using var timeout = new CancellationTokenSource(Patience, call.Services.Time);
        try
        {
            await call.Aggregates.ReadStream(Caller.Local.Tenant, Order.StreamType, "none", 0, 1, timeout.Token);
            var projections = await call.ReadModels.ListProjections(timeout.Token);
            return (null,
            [
                .. projections.Where(projection => projection.State == "failed").Select(projection => new FieldError(
                    "/projections/" + projection.Name, FieldCodes.ProjectionFailed, "The projection has stopped; GET /v1/projections says why.")),
            ]);
        }
        catch (Exception e)
        {
            // Whatever it is, the answer is the same; the log keeps which.
            LogNotReady(call.Services.Log, e);
            return (new FieldError("/store", ProblemCodes.Unavailable, "The database does not answer."), []);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer a health check.")]
    private static partial void LogNotReady(ILogger log, Exception exception);
}
