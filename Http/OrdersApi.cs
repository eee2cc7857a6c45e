using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace OrleansOrders.Http;

/// <summary>
/// The HTTP API, for any host that has <see cref="Domain.Ports.IAggregates"/>, <see cref="Domain.Ports.IReadModels"/> and
/// <see cref="Domain.Ports.IAuditTrail"/> among its services.
/// </summary>
public static class OrdersApi
{
    private static readonly string[] Quiet =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Mvc",
    ];

    public static IServiceCollection AddOrdersApi(this IServiceCollection services, ApiOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ApiServices>();
        services.AddOrdersOpenApi();

        // The host's own request log would write addresses before anything could look for card numbers in them.
        services.Configure<LoggerFilterOptions>(filter =>
        {
            foreach (var category in Quiet)
                filter.Rules.Add(new LoggerFilterRule(null, category, LogLevel.Warning, null));
        });
        return services;
    }

    /// <summary>Adds the routes, and around them what turns every failure into a problem. Call it before other middleware.</summary>
    public static WebApplication MapOrdersApi(this WebApplication app)
    {
        app.UseMiddleware<ProblemGate>();
        app.UseRouting(); // here, not where the host would put it: outside of the gate
        var routes = new ApiRoutes(app, app.Services.GetRequiredService<ApiServices>());
        OrderEndpoints.Map(routes);
        OrderQueryEndpoints.Map(routes);
        LiveEndpoints.Map(routes);
        PaymentEndpoints.Map(routes);
        RefundEndpoints.Map(routes);
        StockEndpoints.Map(routes);
        CustomerEndpoints.Map(routes);
        FulfilmentEndpoints.Map(routes);
        ProjectionEndpoints.Map(routes);
        ConsumerEndpoints.Map(routes);
        DeadLetterEndpoints.Map(routes);
        WebhookEndpoints.Map(routes);
        DeliveryEndpoints.Map(routes);
        AuditEndpoints.Map(routes);
        ReportEndpoints.Map(routes);
        EnvironmentEndpoints.Map(routes);
        HealthEndpoints.Map(routes);
        MetricsEndpoints.Map(routes);
        PageEndpoints.Map(routes);
        OrdersOpenApi.Map(routes, app.Services);
        return app;
    }

    /// <summary>The server's limits: what a request may cost before the API sees it.</summary>
    public static void ConfigureKestrel(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.AllowSynchronousIO = false;
        var limits = server.Limits;
        limits.MaxRequestBodySize = ApiLimits.BodyBytesDrained;
        limits.MaxRequestLineSize = ApiLimits.RequestLineBytes;
        limits.MaxRequestHeadersTotalSize = ApiLimits.HeaderBytes;
        limits.MaxRequestHeaderCount = ApiLimits.Headers;
        limits.MaxConcurrentConnections = 2_000;
        limits.RequestHeadersTimeout = ApiLimits.HeadTime;
        limits.KeepAliveTimeout = ApiLimits.IdleTime;
        limits.MinRequestBodyDataRate = new MinDataRate(ApiLimits.BodyBytesPerSecond, ApiLimits.SlowBodyTime);
        limits.MinResponseDataRate = new MinDataRate(ApiLimits.AnswerBytesPerSecond, ApiLimits.SlowReaderTime);
        RejectedRequests.AnswerWithProblems(server);
    }
}
