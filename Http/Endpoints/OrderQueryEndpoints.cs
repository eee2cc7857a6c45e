using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Orders: the queries, of now from the read models and of the past from the log.</summary>
internal static class OrderQueryEndpoints
{
    public const string Details = "order_details";

    private static readonly string[] Statuses = ["draft", "placed", "confirmed", "shipped", "delivered", "cancelled"];

    public static void Map(ApiRoutes routes)
    {
        routes.Map(Read("/v1/orders/{id}", "getOrder", "An order, now or at a version or time of its past") with
        {
            Reply = typeof(OrderView),
            HasEntityTag = true,
            Query =
            [
                new QueryParameter("version", "integer", "The order as it was at this version."),
                new QueryParameter("at", "time", "The order as it was at this time, by its events' own times."),
                QueryParameter.MinPosition,
            ],
        }, Get);
        routes.Map(Read("/v1/orders", "listOrders", "Orders, newest first") with
        {
            Reply = typeof(Page<OrderSummary>),
            Query =
            [
                new QueryParameter("customer", "string", "Only this customer's."),
                new QueryParameter("status", "string", "Only in this status.") { Values = Statuses },
                new QueryParameter("q", "string", "Words, or part of a SKU, a description or an id."),
                new QueryParameter("from", "time", "Placed (drafts: created) at this time or later."),
                new QueryParameter("to", "time", "Placed (drafts: created) before this time."),
                QueryParameter.Cursor, QueryParameter.Limit, QueryParameter.MinPosition,
            ],
        }, List);
        routes.Map(Read("/v1/orders/{id}/events", "listOrderEvents", "The order's stream as it is stored") with
        {
            Reply = typeof(Page<EventReply>),
            Query = [QueryParameter.Cursor, QueryParameter.Limit, QueryParameter.AnyPosition],
        }, Events);
        routes.Map(Read("/v1/orders/{id}/timeline", "getOrderTimeline", "The order's story over all its streams, in log order") with
        {
            Reply = typeof(Page<TimelineEntry>),
            Query =
            [
                new QueryParameter("after", "integer", "Only what comes after this log position: that of the last entry that the caller has."),
                QueryParameter.Cursor, new QueryParameter("limit", "integer", "Entries per page, 1 to 200; all when absent."),
                QueryParameter.AnyPosition,
            ],
        }, Timeline);
        routes.Map(Read("/v1/orders/{id}/notifications", "listOrderNotifications", "What the order's customer was told") with
        {
            Reply = typeof(Page<NotificationView>),
        }, Notifications);
    }

    private static RouteContract Read(string pattern, string name, string summary) =>
        new("GET", pattern, Scopes.OrdersRead, name, summary);

    private static async Task<Reply> Get(Call call)
    {
        var id = call.Id("id");
        var version = call.Query.Integer("version", 1, long.MaxValue);
        var at = call.Query.Time("at");
        if (call.Query.Has("version") && call.Query.Has("at"))
            call.Query.Add("at", FieldCodes.ExcludedParameter, "Either version or at, not both.");
        if (version is not null || at is not null)
            return await Past(call, id, new PointInTime(version, at));
        var view = await call.FindFresh<OrderState, OrderView>(Details, id, () => call.ReadModels.FindOrder(call.Tenant, id, call.Aborted));
        return view is null
            ? throw NotFound()
            : Reply.Json(200, view, ReplyJson.Instance.OrderView) with { Version = view.Version, Position = view.Position };
    }

    private static async Task<Reply> Past(Call call, string id, PointInTime point)
    {
        call.AcceptAnyPosition();
        var loaded = await call.Aggregates.Load<OrderState>(call.Tenant, id, point, call.Aborted);
        if (loaded.State is OrderState.Existing && (point.Version is null || point.Version == loaded.Version))
            return OrderEndpoints.ViewOf(loaded, 200) with { Version = loaded.Version, Position = loaded.Position };
        var head = await call.Aggregates.Load<OrderState>(call.Tenant, id, PointInTime.Latest, call.Aborted);
        throw head.Version == 0 ? NotFound() : new ProblemException(Problem.Of(
            ProblemCodes.VersionNotFound, $"The order has the versions 1 to {head.Version}, and none at this point."));
    }

    private static async Task<Reply> List(Call call)
    {
        var query = call.Query;
        var (from, to) = (query.Time("from"), query.Time("to"));
        var wanted = new OrderQuery(
            query.Id("customer"), query.OneOf("status", Statuses), query.Search("q"), from, to, query.Cursor(), query.Limit());
        if (from > to)
            query.Add("to", FieldCodes.OutOfRange, "The end comes before the beginning.");
        await call.AwaitMinPosition(wanted.ServedBy);
        return Reply.Json(200, await call.ReadModels.ListOrders(call.Tenant, wanted, call.Aborted), ReplyJson.Instance.PageOrderSummary);
    }

    private static async Task<Reply> Events(Call call)
    {
        var id = call.Id("id");
        var limit = call.Query.Limit();
        var after = VersionCursor.Read(call.Query);
        call.AcceptAnyPosition();
        var events = await call.Aggregates.ReadStream(call.Tenant, Order.StreamType, id, after, limit + 1, call.Aborted);
        if (events.Count == 0 && after == 0)
            throw NotFound();
        var items = events.Take(limit).Select(EventReply.From).ToArray();
        var next = events.Count > limit ? VersionCursor.Write(items[^1].Version) : null;
        return Reply.Json(200, new Page<EventReply>(items, next), ReplyJson.Instance.PageEventReply);
    }

    private static async Task<Reply> Timeline(Call call)
    {
        var (id, query) = (call.Id("id"), call.Query);
        if (query.Has("after") && query.Has("cursor"))
            query.Add("after", FieldCodes.ExcludedParameter, "Either after or cursor, not both.");
        var after = query.Integer("after", 0, long.MaxValue) ?? VersionCursor.Read(query);
        var limit = query.Has("limit") ? query.Limit() : int.MaxValue;
        call.AcceptAnyPosition();
        var story = await call.Aggregates.ReadStory(call.Tenant, id, after, call.Aborted);
        if (story.Count == 0 && (after == 0 || await call.OwnOrNull(id) is null))
            throw NotFound();
        var items = story.Take(limit).Select(TimelineEntry.From).ToArray();
        var next = story.Count > limit ? VersionCursor.Write(items[^1].Position) : null;
        return Reply.Json(200, new Page<TimelineEntry>(items, next), ReplyJson.Instance.PageTimelineEntry);
    }

    private static async Task<Reply> Notifications(Call call)
    {
        var id = call.Id("id");
        call.Checks.ThrowIfAny();
        var found = await call.ReadModels.ListNotifications(call.Tenant, id, call.Aborted);
        if (found.Count == 0 && await call.OwnOrNull(id) is null)
            throw NotFound();
        return Reply.Json(200, new Page<NotificationView>(found, null), ReplyJson.Instance.PageNotificationView);
    }

    private static ProblemException NotFound() => new(Problem.Of(Refusals.OrderNotFound, "There is no such order."));
}
