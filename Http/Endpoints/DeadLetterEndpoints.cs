using System.Text;
using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Dead letters: events that a consumer could not take, their repair and their replay.</summary>
internal static class DeadLetterEndpoints
{
    private const string All = "/v1/dead-letters";
    private const string One = All + "/{id}";

    private static readonly string[] States = ["open", "parked", "replay-requested", "replayed"];

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", All, Scopes.OpsRead, "listDeadLetters", "Events that a consumer could not take, newest first")
        {
            Reply = typeof(Page<DeadLetterView>),
            Query =
            [
                new QueryParameter("consumer", "string", "Only this consumer's: a projection, reactions, publisher or notifications."),
                new QueryParameter("state", "string", "Only in this state; open for both that are not replayed.") { Values = States },
                new QueryParameter("type", "string", "Only events of this stored name, like order-placed.v1."),
                new QueryParameter("stream", "string", "Only this stream's, like order-7f3k."),
                QueryParameter.Cursor, QueryParameter.Limit,
            ],
        }, List);
        routes.Map(new RouteContract("GET", One, Scopes.OpsRead, "getDeadLetter", "A dead letter: its cause, the stored event, what was done about it")
        {
            Reply = typeof(DeadLetterReply),
        }, Get);
        routes.Map(new RouteContract("POST", One + "/repair", Scopes.OpsAct, "repairEvent",
            "Writes down what is read in place of the event; the log itself stays as it is")
        {
            Key = KeyUse.Required,
            IsAudited = true,
            Body = RequestJson.Strict.RepairEventRequest,
            Reply = typeof(RepairReply),
        }, Repair);
        routes.Map(new RouteContract("POST", One + "/replay", Scopes.OpsAct, "replayDeadLetter", "Takes the parked stream up again")
        {
            Key = KeyUse.Optional,
            IsAudited = true,
            Body = RequestJson.Strict.ReplayRequest,
            Reply = typeof(ReplayResult),
        }, Replay);
        routes.Map(new RouteContract("POST", All + "/replay", Scopes.OpsAct, "replayDeadLetters",
            "Takes many parked streams up again, oldest first, up to 500 at a time")
        {
            Key = KeyUse.Optional,
            IsAudited = true,
            Body = RequestJson.Strict.ReplaySetRequest,
            Reply = typeof(ReplaySummary),
        }, ReplayAll);
    }

    private static IDeadLetters LettersOf(Call call) => call.ReadModels.DeadLetters;

    private static async Task<Reply> List(Call call)
    {
        var query = call.Query;
        var wanted = new DeadLetterQuery(query.Search("consumer"), query.OneOf("state", States), query.Search("type"), query.Search("stream"));
        var (cursor, limit) = (query.Cursor(), query.Limit());
        call.Checks.ThrowIfAny();
        var page = await LettersOf(call).List(call.Tenant, wanted, cursor, limit, call.Aborted);
        return Reply.Json(200, page, ReplyJson.Instance.PageDeadLetterView);
    }

    private static async Task<Reply> Get(Call call)
    {
        call.Checks.ThrowIfAny();
        var found = await LettersOf(call).Find(call.Tenant, IdOf(call), call.Aborted) ?? throw NotFound();
        return Reply.Json(200, DeadLetterReply.From(found), ReplyJson.Instance.DeadLetterReply);
    }

    private static async Task<Reply> Repair(Call call)
    {
        var body = await call.Read(RequestJson.Strict.RepairEventRequest);
        var type = call.Checks.OptionalText("/type", body.Type, ApiLimits.SearchLength);
        var reason = call.Checks.Text("/reason", body.Reason, Limits.TextLength);
        if (body.Data is null)
            call.Checks.Add("/data", FieldCodes.Required, "The member is required.");
        else if (body.Data is not { ValueKind: JsonValueKind.Object })
            call.Checks.Add("/data", FieldCodes.WrongType, "The value is not an object.");
        await call.Intend($"dead-letter-{call.RouteValue("id")}", reason);
        var request = new RepairRequest(
            type, Encoding.UTF8.GetBytes(body.Data!.Value.GetRawText()), call.Caller.Actor, reason, call.CommandId, call.Context(null).Fingerprint!);
        var result = await LettersOf(call).Repair(call.Tenant, IdOf(call), request, CancellationToken.None);
        return result.Status == RepairStatus.Repaired
            ? Reply.Json(200, new RepairReply(IdOf(call), result.Number), ReplyJson.Instance.RepairReply) with { IsReplayed = result.IsReplayed }
            : throw Refuse(result);
    }

    private static async Task<Reply> Replay(Call call)
    {
        var body = await call.Read(RequestJson.Strict.ReplayRequest);
        var reason = call.Checks.Text("/reason", body.Reason, Limits.TextLength);
        await call.Intend($"dead-letter-{call.RouteValue("id")}", reason);
        var result = await LettersOf(call).Replay(
            call.Tenant, IdOf(call), call.Caller.Actor, reason, body.DryRun ?? false, CancellationToken.None) ?? throw NotFound();
        return Reply.Json(200, result, ReplyJson.Instance.ReplayResult);
    }

    private static async Task<Reply> ReplayAll(Call call)
    {
        var body = await call.Read(RequestJson.Strict.ReplaySetRequest);
        var checks = call.Checks;
        var reason = checks.Text("/reason", body.Reason, Limits.TextLength);
        var wanted = new DeadLetterQuery(
            checks.OptionalText("/consumer", body.Consumer, ApiLimits.SearchLength), null,
            checks.OptionalText("/type", body.Type, ApiLimits.SearchLength),
            checks.OptionalText("/stream", body.Stream, ApiLimits.SearchLength));
        await call.Intend($"dead letters: {wanted.Consumer ?? "any"}, {wanted.Type ?? "any"}, {wanted.Stream ?? "any"}", reason);
        // What was replayed stays so when the caller goes away in the middle.
        var summary = await LettersOf(call).ReplayAll(call.Tenant, wanted, call.Caller.Actor, reason, body.DryRun ?? false, call.Aborted);
        return Reply.Json(200, summary, ReplyJson.Instance.ReplaySummary);
    }

    // What is no id at all is nobody's letter either.
    private static Guid IdOf(Call call) => Guid.TryParseExact(call.RouteValue("id"), "D", out var id) ? id : throw NotFound();

    private static ProblemException NotFound() => new(Problem.Of(ProblemCodes.DeadLetterNotFound, "There is no such dead letter."));

    private static ProblemException Refuse(RepairResult result) => result.Status switch
    {
        RepairStatus.NotFound => NotFound(),
        RepairStatus.Closed => new(Problem.Of(ProblemCodes.DeadLetterClosed, "The letter is replayed; its stream flows.")),
        RepairStatus.NotDamaged => new(Problem.Of(
            ProblemCodes.EventNotDamaged, "The event can be read and folded, as it is stored or as it was repaired before: replay the letter.")),
        RepairStatus.KeyReused => new(Problem.Of(
            ProblemCodes.IdempotencyKeyReused, "The key was sent before with another request; a new command needs a new key.")),
        RepairStatus.UnknownType => Invalid("/type", FieldCodes.UnknownValue, result.Detail),
        RepairStatus.NotDecodable => Invalid("/data", FieldCodes.WrongType, result.Detail),
        _ => Invalid("/data", FieldCodes.ImpossibleEvent, result.Detail),
    };

    private static ProblemException Invalid(string pointer, string code, string? detail) => new(Problem.Invalid(
        ProblemCodes.InvalidRequest, Checks.Detail(1), [new FieldError(pointer, code, detail ?? "It is not an event of this stream.")]));
}
