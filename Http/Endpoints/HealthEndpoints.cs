using Microsoft.Extensions.Logging;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Health: whether the process answers, and whether it can work.</summary>
internal static partial class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", "/health/live", Scopes.Public, "live", "The process answers")
        {
            Reply = typeof(HealthReply),
        }, _ => Task.FromResult(Reply.Json(200, new HealthReply("live"), ReplyJson.Instance.HealthReply)));
        routes.Map(new RouteContract("GET", "/health/ready", Scopes.Public, "ready", "The log can be read and every projection works")
        {
            Reply = typeof(HealthReply),
        }, Ready);
    }

    private static async Task<Reply> Ready(Call call)
    {
        var reasons = await FindReasons(call);
        return reasons.Count == 0
            ? Reply.Json(200, new HealthReply("ready"), ReplyJson.Instance.HealthReply)
            : throw new ProblemException(Problem.Invalid(ProblemCodes.NotReady, "See errors for what is missing.", reasons).RetryAfter(2));
    }

    private static async Task<List<FieldError>> FindReasons(Call call)
    {
        if (call.Services.Options.Obstacle() is { } obstacle)
            return [new FieldError("/cluster", ProblemCodes.Unavailable, obstacle)];
        using var timeout = new CancellationTokenSource(Patience, call.Services.Time);
        try
        {
            await call.Aggregates.ReadStream(Caller.Local.Tenant, Order.StreamType, "none", 0, 1, timeout.Token);
            var projections = await call.ReadModels.ListProjections(timeout.Token);
            return
            [
                .. projections.Where(projection => projection.State == "failed").Select(projection => new FieldError(
                    "/projections/" + projection.Name, FieldCodes.ProjectionFailed, "The projection has stopped; GET /v1/projections says why.")),
            ];
        }
        catch (Exception e)
        {
            // Whatever it is, the answer is the same; the log keeps which.
            LogNotReady(call.Services.Log, e);
            return [new FieldError("/store", ProblemCodes.Unavailable, "The database does not answer.")];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer a health check.")]
    private static partial void LogNotReady(ILogger log, Exception exception);
}
