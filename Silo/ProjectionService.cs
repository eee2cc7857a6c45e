using OrleansOrders.Domain.Ports;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Silo;

/// <summary>
/// Moves the read models along with the log, or stands by where projection grains do. Every silo offers to; each table is
/// moved by one at a time.
/// </summary>
internal sealed class ProjectionService(IReadModels readModels) : IHostedService
{
    private ProjectionHost? _host;

    public async Task StartAsync(CancellationToken cancellationToken) =>
        _host = await ProjectionHost.Start((PostgresReadModels)readModels, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_host is not null)
            await _host.DisposeAsync();
    }
}
