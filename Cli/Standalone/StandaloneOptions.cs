using Microsoft.Extensions.Logging;
using OrleansOrders.Engine;
using OrleansOrders.Http;

namespace OrleansOrders.Cli.Standalone;

/// <summary>What the standalone edition is started with.</summary>
/// <param name="ConnectionString">Of a database that this process may migrate.</param>
public sealed record StandaloneOptions(string ConnectionString)
{
    /// <summary>The port on loopback; 0 (the default) takes any free one. Ignored when <see cref="Urls"/> are given.</summary>
    public int Port { get; init; }

    /// <summary>How many ports after <see cref="Port"/> are tried when it is taken. Default 0.</summary>
    public int FurtherPorts { get; init; }

    /// <summary>Addresses other than loopback. Only with keys.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    public ApiOptions Api { get; init; } = new();

    public EngineOptions Engine { get; init; } = new();

    /// <summary>How long the simulated provider takes over <c>pm_slow</c>. Default 2 s.</summary>
    public TimeSpan SlowPayment { get; init; } = TimeSpan.FromSeconds(2);

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public LogLevel LogLevel { get; init; } = LogLevel.Warning;
}
