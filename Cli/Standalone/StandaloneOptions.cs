using Microsoft.Extensions.Logging;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

namespace OrleansOrders.Cli.Standalone;

/// <summary>What the standalone edition is started with.</summary>
/// <param name="Logins">Of a database that this process may migrate.</param>
public sealed record StandaloneOptions(DatabaseLogins Logins)
{
    /// <param name="connectionString">Of a database that this process may migrate.</param>
    public StandaloneOptions(string connectionString)
        : this(new DatabaseLogins(connectionString))
    {
    }

    /// <summary>Its clock is replaced by <see cref="Time"/>.</summary>
    public WebServerOptions Web { get; init; } = new();

    public EngineOptions Engine { get; init; } = new();

    /// <summary>
    /// Wraps the keys that personal texts are sealed under. Without it, the one in <see cref="MasterKeyFile"/>; without either
    /// (the default, for tests) nothing is sealed.
    /// </summary>
    public MasterKey? MasterKey { get; init; }

    /// <summary>See <see cref="MasterKeySetting"/>.</summary>
    public string? MasterKeyFile { get; init; }

    /// <summary>How long the simulated provider takes over <c>pm_slow</c>. Default 2 s.</summary>
    public TimeSpan SlowPayment { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How customers are told. Null, the default: in the log only.</summary>
    public INotifier? Notifier { get; init; }

    public NotificationOptions Notifications { get; init; } = new();

    public WebhookOptions Webhooks { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public LogLevel LogLevel { get; init; } = LogLevel.Warning;
}
