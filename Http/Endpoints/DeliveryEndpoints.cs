using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>What webhooks have sent or are to send.</summary>
internal static class DeliveryEndpoints
{
    private const string All = WebhookEndpoints.One + "/deliveries";
    private const string One = All + "/{deliveryId}";

    private static readonly string[] Statuses = ["pending", "delivered", "failed"];

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", All, Scopes.OpsRead, "listDeliveries", "What was sent or is to be, newest in the log first")
        {
            Reply = typeof(Page<WebhookDelivery>),
            Query =
            [
                new QueryParameter("status", "string", "Only in this status.") { Values = Statuses }, QueryParameter.Cursor, QueryParameter.Limit,
            ],
        }, List);
        routes.Map(new RouteContract("GET", One, Scopes.OpsRead, "getDelivery", "A delivery and every attempt at it")
        {
            Reply = typeof(DeliveryReply),
        }, Get);
        routes.Map(Command(WebhookEndpoints.One + "/ping", "pingWebhook", "Sends something that is no event, to try it") with
        {
            Body = RequestJson.Strict.EmptyRequest,
            IsBodyOptional = true,
        }, Ping);
        routes.Map(Command(One + "/resend", "resendDelivery", "Sends it again, whatever became of it") with
        {
            Body = RequestJson.Strict.ReasonRequest,
        }, Resend);
        routes.Map(Command(WebhookEndpoints.One + "/resend", "resendDeliveries", "Sends again what failed since a time, up to 10,000 at once") with
        {
            Body = RequestJson.Strict.ResendRequest,
            Reply = typeof(ResendReply),
        }, ResendFailed);
    }

    private static RouteContract Command(string pattern, string name, string summary) => new("POST", pattern, Scopes.OpsAct, name, summary)
    {
        Key = KeyUse.Required,
        IsAudited = true,
        Success = 202,
        Reply = typeof(WebhookDelivery),
    };

    private static async Task<Reply> List(Call call)
    {
        var (status, cursor, limit) = (call.Query.OneOf("status", Statuses), call.Query.Cursor(), call.Query.Limit());
        call.Checks.ThrowIfAny();
        var page = await WebhookEndpoints.WebhooksOf(call).ListDeliveries(
            call.Tenant, WebhookEndpoints.IdOf(call), status, cursor, limit, call.Aborted);
        return Reply.Json(200, page ?? throw WebhookEndpoints.NotFound(), ReplyJson.Instance.PageWebhookDelivery);
    }

    private static async Task<Reply> Get(Call call)
    {
        call.Checks.ThrowIfAny();
        return await WebhookEndpoints.WebhooksOf(call).FindDelivery(call.Tenant, WebhookEndpoints.IdOf(call), IdOf(call), call.Aborted) is var (delivery, attempts)
            ? Reply.Json(200, new DeliveryReply(delivery, attempts), ReplyJson.Instance.DeliveryReply)
            : throw NotFound();
    }

    private static async Task<Reply> Ping(Call call)
    {
        await call.ReadOptional(RequestJson.Strict.EmptyRequest);
        await call.Intend($"webhook-{call.RouteValue("id")}");
        return Sent(await WebhookEndpoints.WebhooksOf(call).Ping(
            call.Tenant, WebhookEndpoints.IdOf(call), WebhookEndpoints.CommandOf(call), CancellationToken.None), WebhookEndpoints.NotFound);
    }

    private static async Task<Reply> Resend(Call call)
    {
        var body = await call.Read(RequestJson.Strict.ReasonRequest);
        var reason = call.Checks.Text("/reason", body.Reason, Limits.TextLength);
        await call.Intend($"delivery-{call.RouteValue("deliveryId")}", reason);
        return Sent(await WebhookEndpoints.WebhooksOf(call).Resend(
            call.Tenant, WebhookEndpoints.IdOf(call), IdOf(call), WebhookEndpoints.CommandOf(call), CancellationToken.None), NotFound);
    }

    private static async Task<Reply> ResendFailed(Call call)
    {
        var body = await call.Read(RequestJson.Strict.ResendRequest);
        var reason = call.Checks.Text("/reason", body.Reason, Limits.TextLength);
        var since = default(DateTimeOffset);
        if (body.Since is null)
            call.Checks.Add("/since", FieldCodes.Required, "The member is required.");
        else if (!Texts.TryParseTime(body.Since, out since))
            call.Checks.Add("/since", FieldCodes.InvalidTime, "ISO 8601 with an offset, like 2010-12-01T08:26:00Z.");
        await call.Intend($"webhook-{call.RouteValue("id")}, since {since:O}", reason);
        var resent = await WebhookEndpoints.WebhooksOf(call).ResendFailed(
            call.Tenant, WebhookEndpoints.IdOf(call), since, WebhookEndpoints.CommandOf(call), CancellationToken.None);
        return Reply.Json(202, new ResendReply(WebhookEndpoints.Accept(resent, WebhookEndpoints.NotFound)), ReplyJson.Instance.ResendReply) with
        {
            Location = $"{WebhookEndpoints.All}/{call.RouteValue("id")}/deliveries?status=pending", IsReplayed = resent.IsReplayed,
        };
    }

    private static Reply Sent(WebhookOutcome<WebhookDelivery> outcome, Func<ProblemException> notFound)
    {
        var delivery = WebhookEndpoints.Accept(outcome, notFound);
        return Reply.Json(202, delivery, ReplyJson.Instance.WebhookDelivery) with
        {
            Location = $"{WebhookEndpoints.All}/{delivery.WebhookId}/deliveries/{delivery.Id}", IsReplayed = outcome.IsReplayed,
        };
    }

    private static Guid IdOf(Call call) => Guid.TryParseExact(call.RouteValue("deliveryId"), "D", out var id) ? id : throw NotFound();

    private static ProblemException NotFound() => new(Problem.Of(ProblemCodes.DeliveryNotFound, "There is no such delivery."));
}
