using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;

namespace OrleansOrders.Tests.Http.Support;

/// <summary>The API on a real Kestrel, on a free port of loopback, over any two ports.</summary>
internal sealed class ApiServer : IApiHost, IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiServer(WebApplication app) => _app = app;

    public Uri BaseAddress => new(_app.Urls.Single());

    public IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public LiveFeed Live => _app.Services.GetRequiredService<ApiServices>().Live;

    /// <summary>Everything that was logged, as one text.</summary>
    public CapturedLog Log { get; private init; } = new();

    public static async Task<ApiServer> Start(
        IAggregates aggregates, IReadModels readModels, ApiOptions? options = null, TimeProvider? time = null, IAuditTrail? audit = null)
    {
        var log = new CapturedLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseKestrel(OrdersApi.ConfigureKestrel).UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(aggregates).AddSingleton(readModels).AddSingleton(audit ?? new AuditInMemory());
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddOrdersApi(options ?? new ApiOptions());
        var app = builder.Build();
        app.MapOrdersApi();
        await app.StartAsync();
        return new ApiServer(app) { Log = log };
    }

    public void Authenticate(HttpRequestMessage request, string tenant)
    {
        // Without keys everybody is tenant default.
    }

    public Task AppendForeign(string streamType, string id, string storedName, string data) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> FindStored(string text) => throw new NotSupportedException();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(); // as the product does: streams end, requests under way are answered
        await _app.DisposeAsync();
    }
}
