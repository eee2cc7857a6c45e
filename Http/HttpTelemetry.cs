using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Http;

/// <summary>How requests go, by operation: the meter is named <see cref="Name"/>. Addresses never become labels; routes do, by their names.</summary>
internal static class HttpTelemetry
{
    public const string Name = "OrleansOrders.Http";

    private const string NoOperation = "none";
    private const string ServerSpan = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Requests = Meter.CreateHistogram(
        "orders.http.duration", "s", "A request, from its head to the end of its answer, by operation and status. Live streams are left out.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 20] });

    private static readonly Counter<long> Problems = Meter.CreateCounter<long>(
        "orders.http.problems", "{answer}", "Requests that were answered with a problem, by operation and code.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "orders.http.refused", "{request}", "Requests above a limit, by limit: key, tenant, concurrent, live.");

    public static void Refused(string limit) => Refusals.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public static void Problem(HttpContext context, Problem problem) =>
        Problems.Add(1, new("operation", OperationOf(context)?.Name ?? NoOperation), new("code", problem.Code));

    /// <summary>What never became a request.</summary>
    public static void Rejected(Problem problem) => Problems.Add(1, new("operation", NoOperation), new("code", problem.Code));

    /// <summary>Makes the server's own span of the request say which operation it was; nobody follows those who only watch.</summary>
    public static void Describe(HttpContext context, RouteContract contract)
    {
        if (Activity.Current is not { IsAllDataRequested: true, OperationName: ServerSpan } span)
            return;
        if (contract.Scope == Scopes.Public || contract.IsForWatching || contract.IsStream)
        {
            (span.IsAllDataRequested, span.ActivityTraceFlags) = (false, span.ActivityTraceFlags & ~ActivityTraceFlags.Recorded);
            return;
        }
        // Not the address: it holds what callers wrote.
        span.DisplayName = $"{contract.Method} {contract.Pattern}";
        span.SetTag("http.request.method", contract.Method).SetTag("http.route", contract.Pattern).SetTag("orders.operation", contract.Name);
    }

    public static void Identify(Caller caller)
    {
        if (Activity.Current is { IsAllDataRequested: true, OperationName: ServerSpan } span)
            span.SetTag("orders.tenant", caller.Tenant);
    }

    public static void Answered(HttpContext context, long started)
    {
        if (Activity.Current is { IsAllDataRequested: true, OperationName: ServerSpan } span)
        {
            span.SetTag("http.response.status_code", context.Response.StatusCode);
            if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
                span.SetStatus(ActivityStatusCode.Error);
        }
        if (!Requests.Enabled || OperationOf(context) is { IsStream: true })
            return;
        var status = context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest : context.Response.StatusCode;
        Requests.Record(
            Stopwatch.GetElapsedTime(started).TotalSeconds, new("operation", OperationOf(context)?.Name ?? NoOperation), new("status", status));
    }

    private static RouteContract? OperationOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RouteContract>();
}
