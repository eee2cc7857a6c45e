using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Providers;

/// <summary>Tells nobody but the log: one line for each message, without name, address or text.</summary>
/// <param name="write">Takes the line.</param>
public sealed class LogNotifier(Action<string> write) : INotifier
{
    public Task Notify(CustomerMessage message, CancellationToken cancellation)
    {
        using var subject = LogSubject.Begin(message.Tenant, message.OrderId, LogSubject.Current?.FindTrace);
        write($"notification: {message.Kind}, order {message.OrderId}, customer {message.CustomerId}, tenant {message.Tenant}, event {message.EventId}");
        return Task.CompletedTask;
    }
}
