using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>What every request needs.</summary>
internal sealed class ApiServices : IAsyncDisposable
{
    private readonly IHostApplicationLifetime lifetime;
    private readonly Meter meter = new(HttpTelemetry.Name); // one for each server, so that it ends with it

    public ApiServices(
        ApiOptions options, IAggregates aggregates, IReadModels readModels, IAuditTrail audit, TimeProvider time, IHostApplicationLifetime lifetime,
        ILogger<ApiServices> log)
    {
        (Options, Aggregates, ReadModels, Audit, Time, Log, this.lifetime) = (options, aggregates, readModels, audit, time, log, lifetime);
        Authentication = new Authentication(options.Keys, options.Tokens, time);
        Live = new LiveFeed(readModels, time, log);
        Gate = new CallGate(options.Limits, time);
        meter.CreateObservableUpDownCounter("orders.live.streams", () => Live.Streams, "{stream}", "Live streams that are open.");
    }

    public ApiOptions Options { get; }

    public IAggregates Aggregates { get; }

    public IReadModels ReadModels { get; }

    public IAuditTrail Audit { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public Authentication Authentication { get; }

    /// <summary>Ends what would go on for as long as the host does.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>It was ready once.</summary>
    public bool HasStarted { get; set; }

    public LiveFeed Live { get; }

    public CallGate Gate { get; }

    /// <summary>
    /// Commands that run in this process. It only spares a second caller the wait: that one key is one command is the
    /// log's guarantee, whatever process asks.
    /// </summary>
    public ConcurrentDictionary<Guid, byte> Running { get; } = new();

    public ValueTask DisposeAsync()
    {
        meter.Dispose();
        return Live.DisposeAsync();
    }
}
