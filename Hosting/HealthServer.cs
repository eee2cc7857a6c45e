using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansOrders.Hosting.Measuring;

namespace OrleansOrders.Hosting;

/// <summary>
/// Health and metrics of a program that serves nothing else over HTTP: <c>/health/live</c>, <c>/health/startup</c>,
/// <c>/health/ready</c> and <c>/metrics</c>. Answers from the start, before the program is ready, and whoever reaches the port.
/// </summary>
public sealed class HealthServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private HealthServer(WebApplication application) => this.application = application;

    public int Port => new Uri(application.Urls.First()).Port;

    /// <param name="look">How the program is; asked for each answer.</param>
    /// <param name="metrics">What is measured now, in Prometheus' text format.</param>
    /// <exception cref="Failure">The port is taken.</exception>
    public static async Task<HealthServer> Start(
        IPAddress address, int port, Func<CancellationToken, Task<HealthReport>> look, Func<ReadOnlyMemory<byte>> metrics,
        ILoggerFactory logging, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "orders" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, port);
        });
        builder.Services.AddSingleton(logging);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var application = builder.Build();
        application.Run(context => Answer(context, look, metrics));
        try
        {
            await application.StartAsync(cancellation);
            return new HealthServer(application);
        }
        catch (Exception failure)
        {
            await application.DisposeAsync();
            if (failure is IOException { InnerException: AddressInUseException })
                throw new Failure(ExitCodes.Unreachable, $"Port {port} is in use: stop what listens there, or name another with --http-port.", failure);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }

    private static async Task Answer(
        HttpContext context, Func<CancellationToken, Task<HealthReport>> look, Func<ReadOnlyMemory<byte>> metrics)
    {
        context.Response.Headers.CacheControl = "no-store";
        var isAsked = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (isAsked && context.Request.Path == "/health/live")
            await Write(context, 200, "application/json", new { status = "live" });
        else if (isAsked && context.Request.Path == "/health/ready")
            await AnswerReady(context, await look(context.RequestAborted));
        else if (isAsked && context.Request.Path == "/health/startup")
            await AnswerStartup(context, await look(context.RequestAborted));
        else if (isAsked && context.Request.Path == "/metrics")
            await Write(context, 200, PrometheusText.MediaType, metrics());
        else
            await Write(context, 404, "application/problem+json", new { status = 404, title = "Not found", code = "route-not-found" });
    }

    private static Task AnswerReady(HttpContext context, HealthReport health) => health switch
    {
        { Obstacles.Count: > 0 } => AnswerObstacles(context, "Not ready", "not-ready", health.Obstacles),
        { Troubles.Count: > 0 } => Write(
            context, 200, "application/json", new { status = "degraded", troubles = health.Troubles.Select(trouble => new { detail = trouble }) }),
        _ => Write(context, 200, "application/json", new { status = "ready" }),
    };

    private static Task AnswerStartup(HttpContext context, HealthReport health) => health.HasStarted
        ? Write(context, 200, "application/json", new { status = "started" })
        : AnswerObstacles(context, "Not started", "not-ready", health.Obstacles);

    private static Task AnswerObstacles(HttpContext context, string title, string code, IReadOnlyList<string> obstacles) =>
        Write(context, 503, "application/problem+json", new
        {
            status = 503, title, code, errors = obstacles.Select(obstacle => new { detail = obstacle }),
        });

    private static Task Write(HttpContext context, int status, string type, object body) =>
        Write(context, status, type, JsonSerializer.SerializeToUtf8Bytes(body).AsMemory());

    private static async Task Write(HttpContext context, int status, string type, ReadOnlyMemory<byte> bytes)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}

/// <summary>How a program is.</summary>
/// <param name="HasStarted">It has begun to work, whatever came later.</param>
/// <param name="Obstacles">Why no work should be sent here, one sentence each.</param>
/// <param name="Troubles">What somebody has to see to, although work is done.</param>
public sealed record HealthReport(bool HasStarted, IReadOnlyList<string> Obstacles, IReadOnlyList<string> Troubles);
