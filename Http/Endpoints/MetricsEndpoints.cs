using System.Net.Mime;
using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Http;

/// <summary>What this process measures, as Prometheus asks for it. Where callers have keys it asks for one, which Prometheus can send.</summary>
internal static class MetricsEndpoints
{
    public static void Map(ApiRoutes routes) => routes.Map(
        new RouteContract("GET", "/metrics", Scopes.OpsRead, "metrics", "Metrics in Prometheus' text format")
        {
            IsDescribed = false, IsForWatching = true, MediaType = MediaTypeNames.Text.Plain,
        }, Get);

    private static Task<Reply> Get(Call call) => Task.FromResult(new Reply(200, null)
    {
        Writer = context => Write(context, call.Services.Options.Metrics?.Invoke() ?? ReadOnlyMemory<byte>.Empty),
    });

    private static async Task Write(HttpContext context, ReadOnlyMemory<byte> text)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(text, context.RequestAborted);
    }
}
