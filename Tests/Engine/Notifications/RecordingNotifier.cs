using System.Collections.Concurrent;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Tests.Engine.Notifications;

/// <summary>A mail server's memory: what was taken, in order; it can fail, refuse and hang before or after taking.</summary>
public sealed class RecordingNotifier : INotifier
{
    private readonly ConcurrentQueue<CustomerMessage> taken = [];

    public IReadOnlyList<CustomerMessage> Taken => [.. taken];

    /// <summary>Decides about each message before it is taken.</summary>
    public Func<CustomerMessage, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public async Task Notify(CustomerMessage message, CancellationToken cancellation)
    {
        await Before(message, cancellation);
        taken.Enqueue(message);
    }
}
