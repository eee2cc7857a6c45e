using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>The log's outline, from the store that is projected.</summary>
internal sealed class LogTail(IEventStore log) : ILogTail
{
    public Task<long> ReadEnd(CancellationToken cancellation) => log.ReadEnd(cancellation);

    public async Task<IReadOnlyList<LogLine>> Read(long after, int limit, CancellationToken cancellation)
    {
        var recorded = await log.ReadLog(after, limit, cancellation);
        var lines = new LogLine[recorded.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            var (entry, stream) = (recorded[i], recorded[i].Stream);
            lines[i] = new LogLine(entry.Position, stream.Tenant, stream.Type, stream.Id, entry.Version, entry.Type, entry.OccurredAt);
        }
        return lines;
    }

    public Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation) =>
        log.WaitBeyond(position, limit, cancellation);
}
