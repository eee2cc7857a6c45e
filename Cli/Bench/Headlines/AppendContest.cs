using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Bench.Headlines;

/// <summary>
/// R1 and R1b: appends by many callers at once, each waiting for its own, through the store's only way in; every event with its
/// hash, every append checked against its stream's version.
/// </summary>
/// <param name="callers">Appends under way at any time.</param>
/// <param name="events">In one append.</param>
/// <param name="length">Of a stream, in appends; then its caller begins another.</param>
internal sealed class AppendContest(BenchDatabase database, Headline headline, int callers, int events, int length, bool receipts) : IContest
{
    // As many bytes in each event as in the reference's.
    private static readonly byte[] Data = Encoding.UTF8.GetBytes($$"""{"note":"{{new string('n', 243)}}"}""");
    private static readonly byte[] Metadata = "{}"u8.ToArray();

    private readonly PostgresEventStore store = new(database.ProductSource, new EventStoreOptions(), TimeProvider.System);
    private int started;

    public Headline Headline => headline;

    public static async Task<AppendContest> Many(BenchServer server, CancellationToken cancellation) => new(
        await ReferenceLoad.CreateDatabase(server, cancellation),
        new Headline("R1", "durable, version-checked, gap-free events/s through the event store", "append_100.sql, 2 connections", "events/s", 0.6, 1.0),
        callers: 256, events: 10, length: 10, receipts: false);

    public static async Task<AppendContest> Commands(BenchServer server, CancellationToken cancellation) => new(
        await ReferenceLoad.CreateDatabase(server, cancellation),
        new Headline("R1b", "commands of one event, each with its receipt", "append_100.sql, 2 connections", "events/s", 0.25, 0.5),
        callers: 2_048, events: 1, length: 10, receipts: true);

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) =>
        ReferenceLoad.Run(database, "append_100", 2, 100, time, cancellation);

    public async Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation)
    {
        var appended = 0L;
        var batches = store.Batches;
        var stretch = await Stretch.Measure(database.Server, async () =>
        {
            var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
            appended = (await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => Call(until, cancellation), cancellation)))).Sum();
        });
        return stretch.Rate(appended, appended / (double)(store.Batches - batches));
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task<long> Call(long until, CancellationToken cancellation)
    {
        var done = 0L;
        while (true)
        {
            var stream = new StreamName("bench", "note", $"{Interlocked.Increment(ref started):x8}");
            var head = StreamHead.None;
            for (var i = 0; i < length; i++)
            {
                if (Stopwatch.GetTimestamp() >= until)
                    return done;
                var added = new NewEvent[events];
                for (var j = 0; j < events; j++)
                    added[j] = new NewEvent(Guid.NewGuid(), "note-taken.v1", Data, Metadata, TimeProvider.System.GetUtcNow());
                var result = await store.Append(new Append(stream, head, added, receipts ? NewReceipt() : null), cancellation);
                head = ((AppendResult.Appended)result).Head;
                done += events;
            }
        }
    }

    private static Receipt NewReceipt()
    {
        var id = Guid.NewGuid();
        return new Receipt(id, SHA256.HashData(id.ToByteArray()), null, null);
    }
}
