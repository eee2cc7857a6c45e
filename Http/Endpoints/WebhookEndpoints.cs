using System.Collections.Frozen;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Webhooks: who is told of a tenant's events by HTTP.</summary>
internal static class WebhookEndpoints
{
    public const string All = "/v1/webhooks";
    public const string One = All + "/{id}";

    private static readonly FrozenSet<string> EventTypes =
        EventCatalog.Kinds.Select(kind => EventCatalog.NameOf(kind.StoredName)).ToFrozenSet(StringComparer.Ordinal);

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", All, Scopes.OpsRead, "listWebhooks", "Who is told of events by HTTP")
        {
            Reply = typeof(Page<WebhookView>),
        }, List);
        routes.Map(new RouteContract("POST", All, Scopes.OpsAct, "createWebhook",
            "Has every event from now on posted to an address; the reply has the secret, this once")
        {
            Key = KeyUse.Required,
            IsAudited = true,
            Body = RequestJson.Strict.WebhookRequest,
            Success = 201,
            Reply = typeof(WebhookView),
        }, Create);
        routes.Map(new RouteContract("GET", One, Scopes.OpsRead, "getWebhook", "A webhook and how it fares")
        {
            Reply = typeof(WebhookView),
        }, Get);
        routes.Map(new RouteContract("PATCH", One, Scopes.OpsAct, "changeWebhook", "Changes what is named; enables what was disabled")
        {
            IsAudited = true,
            Body = RequestJson.Strict.WebhookChangeRequest,
            Reply = typeof(WebhookView),
        }, Change);
        routes.Map(new RouteContract("DELETE", One, Scopes.OpsAct, "deleteWebhook", "Ends it, and forgets what was sent")
        {
            IsAudited = true,
            Success = 204,
        }, Delete);
        routes.Map(new RouteContract("POST", One + "/rotate", Scopes.OpsAct, "rotateWebhookSecret",
            "Makes a new secret; the one before signs too for a while")
        {
            Key = KeyUse.Required,
            IsAudited = true,
            Body = RequestJson.Strict.RotateRequest,
            IsBodyOptional = true,
            Reply = typeof(WebhookView),
        }, Rotate);
    }

    public static IWebhooks WebhooksOf(Call call) => call.Services.Options.Webhooks ?? throw NotFound();

    // What is no id at all is nobody's webhook either.
    public static Guid IdOf(Call call) => Guid.TryParseExact(call.RouteValue("id"), "D", out var id) ? id : throw NotFound();

    public static WebhookCommand CommandOf(Call call) => new(call.CommandId, call.Context(null).Fingerprint!);

    public static ProblemException NotFound() => new(Problem.Of(ProblemCodes.WebhookNotFound, "There is no such webhook."));

    /// <exception cref="ProblemException">It was not done.</exception>
    public static T Accept<T>(WebhookOutcome<T> outcome, Func<ProblemException> notFound) => outcome.Answer switch
    {
        WebhookAnswer.Done => outcome.Value!,
        WebhookAnswer.KeyReused => throw new ProblemException(Problem.Of(
            ProblemCodes.IdempotencyKeyReused, "The key was sent before with another request; a new command needs a new key.")),
        WebhookAnswer.TooMany => throw new ProblemException(Problem.Of(
            ProblemCodes.TooManyWebhooks, "The tenant has as many webhooks as it may have: delete one first.")),
        WebhookAnswer.Disabled => throw new ProblemException(Problem.Of(
            ProblemCodes.WebhookDisabled, "Nothing is sent while the webhook is disabled: enable it first.")),
        _ => throw notFound(),
    };

    private static async Task<Reply> List(Call call)
    {
        call.Checks.ThrowIfAny();
        var found = call.Services.Options.Webhooks is { } webhooks ? await webhooks.List(call.Tenant, call.Aborted) : [];
        return Reply.Json(200, new Page<WebhookView>(found, null), ReplyJson.Instance.PageWebhookView);
    }

    private static async Task<Reply> Create(Call call)
    {
        MustReadOrders(call);
        var body = await call.Read(RequestJson.Strict.WebhookRequest);
        var url = Url(call.Checks, body.Url) ?? "";
        if (body.Url is null)
            call.Checks.Add("/url", FieldCodes.Required, "The member is required.");
        var types = Types(call.Checks, body.EventTypes) ?? [];
        var description = call.Checks.OptionalText("/description", body.Description, Limits.TextLength);
        await call.Intend($"webhook-{call.CommandId}{Where(url)}");
        var webhooks = call.Services.Options.Webhooks ?? throw new ProblemException(Problem.Of(
            ProblemCodes.WebhooksUnavailable, "There is no master key that a webhook's secret could be kept under."));
        var made = await webhooks.Create(
            call.Tenant, url, types, description, body.Enabled ?? true, CommandOf(call), CancellationToken.None);
        var view = Accept(made, NotFound);
        return Reply.Json(201, view, ReplyJson.Instance.WebhookView) with { Location = $"{All}/{view.Id}", IsReplayed = made.IsReplayed };
    }

    private static async Task<Reply> Get(Call call)
    {
        call.Checks.ThrowIfAny();
        return await WebhooksOf(call).Find(call.Tenant, IdOf(call), call.Aborted) is { } view
            ? Reply.Json(200, view, ReplyJson.Instance.WebhookView)
            : throw NotFound();
    }

    private static async Task<Reply> Change(Call call)
    {
        MustReadOrders(call);
        var body = await call.Read(RequestJson.Strict.WebhookChangeRequest);
        var checks = call.Checks;
        if (body.From is not (null or "stopped" or "now"))
            checks.Add("/from", FieldCodes.UnknownValue, "One of stopped, now.");
        var change = new WebhookChange(
            Url(checks, body.Url), Types(checks, body.EventTypes), checks.OptionalText("/description", body.Description, Limits.TextLength),
            body.Enabled, body is { Enabled: true, From: "now" });
        var state = change.Enabled switch { true => ", enabled", false => ", disabled", null => "" };
        await call.Intend($"webhook-{call.RouteValue("id")}{Where(change.Url)}{state}");
        return await WebhooksOf(call).Change(call.Tenant, IdOf(call), change, CancellationToken.None) is { } view
            ? Reply.Json(200, view, ReplyJson.Instance.WebhookView)
            : throw NotFound();
    }

    private static async Task<Reply> Delete(Call call)
    {
        await call.Intend($"webhook-{call.RouteValue("id")}");
        return await WebhooksOf(call).Remove(call.Tenant, IdOf(call), CancellationToken.None) ? new Reply(204, null) : throw NotFound();
    }

    private static async Task<Reply> Rotate(Call call)
    {
        var body = await call.ReadOptional(RequestJson.Strict.RotateRequest);
        var hours = call.Checks.OptionalInteger("/graceHours", body?.GraceHours, 0, ApiLimits.LongestGraceHours) ?? 24;
        await call.Intend($"webhook-{call.RouteValue("id")}");
        var rotated = await WebhooksOf(call).Rotate(
            call.Tenant, IdOf(call), TimeSpan.FromHours(hours), CommandOf(call), CancellationToken.None);
        return Reply.Json(200, Accept(rotated, NotFound), ReplyJson.Instance.WebhookView) with { IsReplayed = rotated.IsReplayed };
    }

    // Whoever has events sent somewhere must be allowed to see them.
    private static void MustReadOrders(Call call)
    {
        if (!call.Caller.May(Scopes.OrdersRead))
            throw Authentication.ScopeMissing(Scopes.OrdersRead);
    }

    // For the audit: the host, but not the rest, which may hold what only the receiver is to know.
    private static string Where(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? $" at {parsed.Authority}" : "";

    // Where it leads is looked at when it is connected to, and only then: names move.
    private static string? Url(Checks checks, string? text)
    {
        if (text is null || (text.Length <= ApiLimits.UrlLength && Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            && url is { UserInfo.Length: 0, Fragment.Length: 0, Host.Length: > 0 }))
            return text;
        checks.Add("/url", FieldCodes.InvalidUrl, "An address of http or https without user, password and fragment, of 2,000 characters at most.");
        return null;
    }

    private static string[]? Types(Checks checks, string?[]? types)
    {
        if (types?.Length > EventTypes.Count)
        {
            checks.Add("/eventTypes", FieldCodes.TooMany, "More names than there are events.");
            return null;
        }
        for (var i = 0; i < types?.Length; i++)
        {
            if (types[i] is not { } type || !EventTypes.Contains(type))
                checks.Add(JsonPointer.Append("/eventTypes", i), FieldCodes.UnknownValue, "The name of an event without its version, like order-placed.");
        }
        return types?.OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
    }
}
