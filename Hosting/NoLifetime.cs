using Microsoft.Extensions.Hosting;

namespace OrleansOrders.Hosting;

/// <summary>Signals are the program's business, not that of the host inside of it.</summary>
public sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
