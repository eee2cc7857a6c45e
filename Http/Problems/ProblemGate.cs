using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>The outermost layer: whatever ends a request badly leaves as one problem, and tells nothing of the inside.</summary>
internal sealed partial class ProblemGate(RequestDelegate next, ILogger<ProblemGate> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        using var subject = LogSubject.Begin();
        try
        {
            await Answer(context);
        }
        finally
        {
            HttpTelemetry.Answered(context, started);
        }
    }

    private async Task Answer(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            CardNumbersGate.Check(context.Request);
            await next(context);
            if (FromStatus(context) is { } problem)
                await ProblemBody.Write(context, problem);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
            context.Abort();
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.Headers.XContentTypeOptions = "nosniff";
            await ProblemBody.Write(context, FromException(e, context));
        }
    }

    private Problem FromException(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case ProblemException known:
                return known.Problem;
            case BadHttpRequestException bad:
                return FromStatus(bad.StatusCode);
            case BadCursorException:
                return Problem.Invalid(ProblemCodes.InvalidRequest, Checks.Detail(1),
                    [new FieldError("/cursor", FieldCodes.InvalidCursor, "A cursor is what an earlier answer gave as next.", "query")]);
            case UnreadableEventException unreadable:
                LogUnreadable(log, unreadable.Message);
                return Problem.Of(
                    ProblemCodes.EventUnreadable,
                    $"{unreadable.Type}, version {unreadable.Version} of {unreadable.StreamId} (event {unreadable.EventId}), cannot be read. "
                    + "Nothing was done, and repeating does not help: an operator repairs it, see /v1/dead-letters.");
            case UnavailableException:
            case DbException { IsTransient: true } or TimeoutException when HttpMethods.IsGet(context.Request.Method):
                LogUnavailable(log, exception);
                return Problem.Of(ProblemCodes.Unavailable, "Nothing was done. Repeat the request.").RetryAfter(1);
            case OutcomeUnknownException or DbException { IsTransient: true } or TimeoutException:
                LogUnavailable(log, exception);
                return Problem.Of(
                    ProblemCodes.OutcomeUnknown,
                    "The command may or may not have been carried out. Repeat it with the same Idempotency-Key: it happens at most once.")
                    .RetryAfter(1);
            default:
                LogFailed(log, exception, ProblemBody.TraceIdOf(context));
                return Problem.Of(ProblemCodes.Internal, "The request could not be answered. The log has more, under the trace id.");
        }
    }

    // What routing or the server decided without a body.
    private static Problem? FromStatus(HttpContext context)
    {
        var response = context.Response;
        var isBare = response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null && response.ContentType is null;
        return isBare ? FromStatus(response.StatusCode) : null;
    }

    internal static Problem FromStatus(int status) => status switch
    {
        401 => Problem.Of(ProblemCodes.Unauthenticated, "Send Authorization: Bearer with a key."),
        403 => Problem.Of(ProblemCodes.ScopeMissing, "The credential does not allow this."),
        404 => Problem.Of(ProblemCodes.RouteNotFound, "There is nothing at this address."),
        405 => Problem.Of(ProblemCodes.MethodNotAllowed, "The address exists, but not for this method; see Allow."),
        408 => Problem.Of(ProblemCodes.RequestTimeout, "The request did not arrive in time."),
        414 => Problem.Of(ProblemCodes.RequestLineTooLong, $"A method and an address have at most {ApiLimits.RequestLineBytes} bytes."),
        431 => Problem.Of(ProblemCodes.HeadersTooLarge, $"There are at most {ApiLimits.Headers} headers, of {ApiLimits.HeaderBytes} bytes in all."),
        413 => Problem.Of(ProblemCodes.BodyTooLarge, $"A body has at most {ApiLimits.BodyBytes} bytes."),
        415 => Problem.Of(ProblemCodes.UnsupportedMediaType, "Send Content-Type: application/json, in UTF-8."),
        503 => Problem.Of(ProblemCodes.Unavailable, "Nothing was done. Repeat the request."),
        >= 500 => Problem.Of(ProblemCodes.Internal, "The request could not be answered."),
        _ => Problem.Of(ProblemCodes.BadRequest, "The request is not well-formed HTTP."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed, trace {TraceId}.")]
    private static partial void LogFailed(ILogger log, Exception exception, string traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void LogUnreadable(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request could not be served for now.")]
    private static partial void LogUnavailable(ILogger log, Exception exception);
}
