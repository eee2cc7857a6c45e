using System.Text.Json;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Archive;

/// <summary>What an archiving did, or would do.</summary>
/// <param name="Orders">Closed and old enough.</param>
/// <param name="Streams">Whose data was moved.</param>
/// <param name="Skipped">Streams that are damaged, or moved on meanwhile: they stay where they are.</param>
public sealed record ArchiveReport(int Orders, int Streams, int Skipped, long Events, long BytesBefore, long BytesAfter, int Files);

/// <summary>Moves closed orders' streams into cold files, a few hundred orders at a time.</summary>
internal sealed class ArchiveRun(NpgsqlDataSource database, IAggregates aggregates, string folder, Action<string> report)
{
    /// <summary>So many that a file is worth while, so few that appends do not notice while rows are changed.</summary>
    public const int OrdersPerFile = 250;

    private const long LockKey = 0x6f72_6465_7273_0005;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly StreamArchive archive = new(database, folder);
    private ArchiveReport total = new(0, 0, 0, 0, 0, 0, 0);

    /// <exception cref="Failure">Another one runs.</exception>
    public async Task<ArchiveReport> Run(DateTimeOffset before, bool isDryRun, CancellationToken cancellation)
    {
        await using var alone = await database.OpenConnectionAsync(cancellation);
        await using var take = new NpgsqlCommand($"select pg_try_advisory_lock({LockKey})", alone);
        if (await take.ExecuteScalarAsync(cancellation) is not true)
            throw new Failure(ExitCodes.Unreachable, "Another `orders archive` works on this database: wait for it.");
        var batch = new List<ClosedStream>();
        await foreach (var (tenant, id) in new ClosedOrders(database, aggregates).Find(before, cancellation))
        {
            total = total with { Orders = total.Orders + 1 };
            await Read(tenant, id, batch, cancellation);
            if (total.Orders % OrdersPerFile == 0)
                await Move(batch, isDryRun, cancellation);
        }
        await Move(batch, isDryRun, cancellation);
        await using var release = new NpgsqlCommand($"select pg_advisory_unlock({LockKey})", alone);
        await release.ExecuteNonQueryAsync(CancellationToken.None);
        return total;
    }

    private async Task Read(string tenant, string id, List<ClosedStream> batch, CancellationToken cancellation)
    {
        foreach (var type in OrderStreams.Types)
        {
            var name = new StreamName(tenant, type, id);
            if (await archive.Read(name, cancellation) is { } closed)
                batch.Add(closed);
            else if ((await archive.ReadHead(name, cancellation)).Version > 0)
            {
                report($"{name} is left where it is: its chain does not hold, see `orders verify`.");
                total = total with { Skipped = total.Skipped + 1 };
            }
        }
    }

    private async Task Move(List<ClosedStream> batch, bool isDryRun, CancellationToken cancellation)
    {
        if (batch.Count == 0)
            return;
        var events = batch.Sum(stream => (long)stream.Events.Count);
        var bytes = batch.Sum(stream => stream.Events.Sum(recorded => (long)(recorded.Data.Length + recorded.Metadata.Length)));
        total = total with { Streams = total.Streams + batch.Count, Events = total.Events + events, BytesBefore = total.BytesBefore + bytes };
        if (!isDryRun)
        {
            var (manifest, moved) = await archive.MoveToFile(batch, cancellation);
            await File.WriteAllBytesAsync(Path.Combine(folder, manifest.File + ".json"), JsonSerializer.SerializeToUtf8Bytes(manifest, Json), cancellation);
            total = total with
            {
                Streams = total.Streams - batch.Count + moved, Skipped = total.Skipped + batch.Count - moved,
                BytesAfter = total.BytesAfter + manifest.Bytes, Files = total.Files + 1,
            };
            report($"{manifest.File}: {moved} streams, {events} events");
        }
        batch.Clear();
    }
}
