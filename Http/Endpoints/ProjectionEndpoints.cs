using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Projections: how far they are, and rebuilding one beside the live table.</summary>
internal static class ProjectionEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", "/v1/projections", Scopes.OpsRead, "listProjections", "The read models, their lag and their rebuilds")
        {
            Reply = typeof(Page<ProjectionStatus>),
        }, List);
        routes.Map(new RouteContract("POST", "/v1/projections/{name}/rebuild", Scopes.OpsAct, "rebuildProjection",
            "Starts a rebuild beside the live table; it switches when it is done")
        {
            Key = KeyUse.Optional,
            IsAudited = true,
            Body = RequestJson.Strict.RebuildRequest,
            IsBodyOptional = true,
            Success = 202,
            Reply = typeof(RebuildReply),
        }, Rebuild);
    }

    private static async Task<Reply> List(Call call)
    {
        call.Checks.ThrowIfAny();
        var projections = await call.ReadModels.ListProjections(call.Aborted);
        var shown = new List<ProjectionStatus>(projections.Count);
        foreach (var projection in projections)
            shown.Add(projection with { OldestOrder = await call.OwnOrNull(projection.OldestOrder) });
        return Reply.Json(200, new Page<ProjectionStatus>(shown, null), ReplyJson.Instance.PageProjectionStatus);
    }

    private static async Task<Reply> Rebuild(Call call)
    {
        var name = call.RouteValue("name");
        var body = await call.ReadOptional(RequestJson.Strict.RebuildRequest);
        var maximum = call.Checks.OptionalInteger("/maximumDifferences", body?.MaximumDifferences, 0, long.MaxValue);
        await call.Intend($"projection-{name}");
        if (!await Start(call, name, maximum))
            throw new ProblemException(Problem.Of(ProblemCodes.RebuildRunning, "A rebuild of this projection is running already.").RetryAfter(5));
        return Reply.Json(202, new RebuildReply(name, "started"), ReplyJson.Instance.RebuildReply) with { Location = "/v1/projections" };
    }

    private static async Task<bool> Start(Call call, string name, long? maximumDifferences)
    {
        try
        {
            return await call.ReadModels.StartRebuild(name, maximumDifferences, CancellationToken.None);
        }
        catch (KeyNotFoundException)
        {
            throw new ProblemException(Problem.Of(ProblemCodes.ProjectionNotFound, "There is no such projection; GET /v1/projections lists them."));
        }
    }
}
