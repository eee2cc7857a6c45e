using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>RFC 9457, with a code for programs, a trace id for logs, and everything that is wrong with the request.</summary>
public sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string Instance, string Code, string TraceId,
    IReadOnlyList<FieldError>? Errors)
{
    internal const string MediaType = "application/problem+json";

    internal static async Task Write(HttpContext context, Problem problem)
    {
        HttpTelemetry.Problem(context, problem);
        var (status, bytes) = Encode(problem, InstanceOf(context), TraceIdOf(context));
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = MediaType;
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        foreach (var (name, value) in problem.Headers)
            response.Headers[name] = value;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    internal static (int Status, byte[] Bytes) Encode(Problem problem, string instance, string traceId)
    {
        var (status, title) = ProblemTable.Find(problem.Code);
        var body = new ProblemBody(
            $"urn:orleans-orders:problem:{problem.Code}", title, status, problem.Detail, instance, problem.Code, traceId,
            problem.Errors.IsEmpty ? null : problem.Errors);
        return (status, JsonSerializer.SerializeToUtf8Bytes(body, ProblemJson.Instance.ProblemBody));
    }

    internal static string TraceIdOf(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    // A path that holds a card number is not repeated, not even escaped.
    private static string InstanceOf(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        return path.Length > 512 || CardNumbers.OccurInPath(path) ? "/" : context.Request.Path.ToUriComponent();
    }
}

[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    public static ProblemJson Instance { get; } = new(JsonShape.Replies());
}
