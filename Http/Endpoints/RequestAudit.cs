using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>What one request leaves in the audit: that it was turned away, or what it is about to do and what came of it.</summary>
internal sealed partial class RequestAudit(HttpContext context, RouteContract route, IAuditTrail trail, ILogger log)
{
    private (long Number, AuditedAction Action)? _intent;

    /// <summary>Null until it is known.</summary>
    public Caller? Caller { get; set; }

    /// <summary>Runs the request. Its answer stays its own, whatever becomes of the line about its end.</summary>
    public async Task<Reply> Around(Func<Task<Reply>> request)
    {
        try
        {
            var reply = await request();
            if (route.IsAudited && _intent is null)
                throw new InvalidOperationException($"{route.Name} was carried out without a word to the audit.");
            await End(reply.IsReplayed ? "done before" : "done");
            return reply;
        }
        catch (ProblemException refused)
        {
            if (ProblemTable.Find(refused.Problem.Code).Status is 401 or 403)
                trail.Deny(ActionOn($"{route.Method} {route.Pattern}", null), refused.Problem.Code);
            await End($"refused: {refused.Problem.Code}");
            throw;
        }
        catch (UnavailableException)
        {
            await End("not done: unavailable");
            throw;
        }
        catch (Exception failure)
        {
            await End($"not known: {failure.GetType().Name}");
            throw;
        }
    }

    /// <summary>Writes down what is about to be done; returns when that is durable.</summary>
    /// <exception cref="UnavailableException">It cannot be written down, and must not be done.</exception>
    public async Task Begin(string target, string? reason, CancellationToken cancellation)
    {
        var action = ActionOn(target, reason);
        _intent = (await trail.Begin(action, cancellation), action);
    }

    private async Task End(string outcome)
    {
        if (_intent is not var (number, action))
            return;
        try
        {
            await trail.End(number, action, outcome, CancellationToken.None);
        }
        catch (UnavailableException unwritten)
        {
            // The intent stands, and says that its end was not seen.
            LogUnwritten(log, number, unwritten.Message);
        }
    }

    private AuditedAction ActionOn(string target, string? reason)
    {
        var caller = Caller ?? context.Items[Http.Caller.Item] as Caller;
        return new AuditedAction(
            caller?.Tenant, caller?.Actor ?? "unknown", route.Name, target, reason, context.Connection.RemoteIpAddress?.ToString(),
            ProblemBody.TraceIdOf(context));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The outcome of audit line {Number} could not be written: {Reason}")]
    private static partial void LogUnwritten(ILogger log, long number, string reason);
}
