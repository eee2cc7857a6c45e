using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>What every request needs.</summary>
internal sealed class ApiServices(
    ApiOptions options, IAggregates aggregates, IReadModels readModels, IAuditTrail audit, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<ApiServices> log) : IAsyncDisposable
{
    public ApiOptions Options => options;

    public IAggregates Aggregates => aggregates;

    public IReadModels ReadModels => readModels;

    public IAuditTrail Audit => audit;

    public TimeProvider Time => time;

    public ILogger Log => log;

    public Authentication Authentication { get; } = new(options.Keys, options.Tokens, time);

    /// <summary>Ends what would go on for as long as the host does.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public LiveFeed Live { get; } = new(readModels, time, log);

    public CallGate Gate { get; } = new(options.Limits, time);

    /// <summary>
    /// Commands that run in this process. It only spares a second caller the wait: that one key is one command is the
    /// log's guarantee, whatever process asks.
    /// </summary>
    public ConcurrentDictionary<Guid, byte> Running { get; } = new();

    public ValueTask DisposeAsync() => Live.DisposeAsync();
}
