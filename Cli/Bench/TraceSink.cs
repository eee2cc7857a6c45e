using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Cli.Bench;

/// <summary>A collector of traces that throws away what it is sent, and knows how much that was.</summary>
internal sealed class TraceSink : IAsyncDisposable
{
    private readonly WebApplication application;
    private long bytes;

    private TraceSink()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "sink" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        application = builder.Build();
        application.Run(Take);
    }

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>With which a program sends its traces here, and its metrics nowhere.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = application.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRICS_EXPORTER"] = "none",
    };

    public static async Task<TraceSink> Start(CancellationToken cancellation)
    {
        var sink = new TraceSink();
        await sink.application.StartAsync(cancellation);
        return sink;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
            Interlocked.Add(ref bytes, read);
        context.Response.ContentType = "application/x-protobuf"; // and empty: everything was taken
    }
}
