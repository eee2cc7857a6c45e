using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Http;

namespace OrleansOrders.Hosting;

/// <summary>The HTTP server in front of the engine. Takes nothing from the environment: what it listens on is decided here alone.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan BetweenLooksAtKeys = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenRequestsForKeys = TimeSpan.FromMinutes(1);

    private readonly WebApplication application;
    private readonly IReadOnlyList<FileWatch> watches;

    private WebServer(WebApplication application, string url, IReadOnlyList<FileWatch> watches) =>
        (this.application, Url, this.watches) = (application, url, watches);

    public string Url { get; }

    public static async Task<WebServer> Start(
        WebServerOptions options, IAggregates aggregates, IReadModels readModels, IAuditTrail audit, ILoggerFactory logging, CancellationToken cancellation)
    {
        for (var port = options.Port; ; port++)
        {
            var application = Create(options, port, aggregates, readModels, audit, logging);
            try
            {
                await application.StartAsync(cancellation);
                var address = options.Urls.Count > 0 ? options.Urls[0] : $"http://localhost:{new Uri(application.Urls.First()).Port}";
                return new WebServer(application, address.TrimEnd('/'), Watch(options, logging));
            }
            catch (IOException taken) when (taken.InnerException is AddressInUseException)
            {
                await application.DisposeAsync();
                if (options.Urls.Count > 0 || port >= Math.Min(options.Port + options.FurtherPorts, IPEndPoint.MaxPort))
                    throw PortTaken(options.Urls.Count > 0 ? string.Join(", ", options.Urls) : $"Port {port}", taken);
            }
            catch
            {
                await application.DisposeAsync();
                throw;
            }
        }
    }

    public static Failure PortTaken(string what, Exception? inner = null) => new(
        ExitCodes.Unreachable, $"{what} is in use: stop what listens there, or serve on another port with --port.", inner);

    /// <summary>Takes no more connections and lets the requests under way finish.</summary>
    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
        foreach (var watch in watches)
            await watch.DisposeAsync();
    }

    private static List<FileWatch> Watch(WebServerOptions options, ILoggerFactory logging)
    {
        var watches = new List<FileWatch>();
        if (options.KeysFile is { Length: > 0 } file)
        {
            watches.Add(new FileWatch(
                "The callers' keys", _ => Task.FromResult(KeysFile.ReadBytes(file)), bytes => options.Api.Keys.Replace(KeysFile.Parse(file, bytes)),
                BetweenLooksAtKeys, options.Time, logging.CreateLogger<WebServer>()));
        }
        if (options.Tokens is { } tokens)
        {
            watches.Add(new FileWatch(
                "The keys for tokens", tokens.Fetch, tokens.Take, tokens.IsRemote ? BetweenRequestsForKeys : BetweenLooksAtKeys, options.Time,
                logging.CreateLogger<WebServer>()));
        }
        watches.ForEach(watch => watch.Start());
        return watches;
    }

    private static WebApplication Create(
        WebServerOptions options, int port, IAggregates aggregates, IReadModels readModels, IAuditTrail audit, ILoggerFactory logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "orders" });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            OrdersApi.ConfigureKestrel(kestrel);
            Listen(kestrel, options, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logging);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestDrain);
        builder.Services.AddSingleton(aggregates);
        builder.Services.AddSingleton(readModels);
        builder.Services.AddSingleton(audit);
        builder.Services.AddSingleton(options.Time);
        builder.Services.AddOrdersApi(options.Api);
        var application = builder.Build();
        application.MapOrdersApi();
        return application;
    }

    private static void Listen(KestrelServerOptions kestrel, WebServerOptions options, int port)
    {
        foreach (var url in options.Urls)
        {
            var uri = new Uri(url);
            if (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address))
                kestrel.Listen(address, uri.Port);
            else
                kestrel.ListenLocalhost(uri.Port);
        }
        if (options.Urls.Count > 0)
            return;
        // "localhost" is two addresses, and any free port of the one need not be free on the other.
        if (port == 0)
            kestrel.Listen(IPAddress.Loopback, 0);
        else
            kestrel.ListenLocalhost(port);
    }
}
