using System.Data.Common;
using System.Threading.Channels;
using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Personal;

/// <summary>
/// Looks for erased customers' texts in everything that is stored, and keeps what it found as the receipt. Looking reads every
/// table once, for all who wait at that time. Customers whose receipt is missing because a process ended in between are looked
/// after when the next one starts.
/// </summary>
public sealed class Erasures : IErasures, IAsyncDisposable
{
    private const int Attempts = 3;
    private const int MostAtOnce = 20;
    private const int MostWaiting = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private static readonly UncheckedPlace[] Elsewhere =
    [
        new("topics, record by record", "A record is the log's own bytes: the place \"topics\" counts those of the log that were published."),
        new("archive", "Cold files have the log's own bytes too; nobody can open what is sealed in them."),
        new("backups", "Those made before the erasure still have the key, wrapped by the master key; restoring one must erase again."),
        new("write-ahead log and dead rows", "PostgreSQL keeps older versions of rows until it recycles and vacuums them."),
        new("mails and other systems", "What was sent to a mail server or fetched through the API is out of reach."),
    ];

    private readonly NpgsqlDataSource readModelRows;
    private readonly ReadableTexts readable;
    private readonly ErasureTable table;
    private readonly ErasureScan scan;
    private readonly TimeProvider time;
    private readonly Action<string, Exception> onFailure;
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<KnownTexts> waiting = Channel.CreateBounded<KnownTexts>(MostWaiting);
    private readonly Task work;

    /// <param name="database">As the writer. Stays the caller's.</param>
    /// <param name="projectorConnection">As the projector, who may read what the writer may not.</param>
    /// <param name="onFailure">Told of every failed attempt.</param>
    public Erasures(
        NpgsqlDataSource database, string projectorConnection, IEventStore log, IReadModels readModels, PersonalTexts personal,
        TimeProvider time, Action<string, Exception> onFailure)
    {
        (this.time, this.onFailure) = (time, onFailure);
        readModelRows = StoreConnections.Open(
            new NpgsqlConnectionStringBuilder(projectorConnection) { MaxPoolSize = 1, ConnectionIdleLifetime = 10 }.ConnectionString, "erasures");
        readable = new ReadableTexts(log, readModels, personal);
        table = new ErasureTable(database);
        scan = new ErasureScan(database, readModelRows);
        work = Task.Run(Work);
    }

    /// <inheritdoc/>
    public async Task<KnownTexts> Gather(string tenant, string customerId, CancellationToken cancellation)
    {
        try
        {
            return new KnownTexts(tenant, customerId, await readable.Gather(tenant, customerId, cancellation));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            onFailure("erasure's list of texts", failure); // the erasure is worth more than its receipt
            return new KnownTexts(tenant, customerId, []);
        }
    }

    /// <inheritdoc/>
    public void Check(KnownTexts known) => waiting.Writer.TryWrite(known); // one that finds no room waits for the next start

    /// <inheritdoc/>
    public async Task<ErasureReceipt?> Find(string tenant, string customerId, CancellationToken cancellation)
    {
        try
        {
            return await table.Find(tenant, customerId, Elsewhere, cancellation);
        }
        catch (Exception away) when (away is DbException or TimeoutException or IOException)
        {
            throw new UnavailableException("The receipts of erasures cannot be read.", away);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await work;
        await readModelRows.DisposeAsync();
        stop.Dispose();
    }

    private async Task Work()
    {
        await Try("erasures without a receipt", async () =>
        {
            // What could be read of them is known no more; what is sealed can still be counted.
            foreach (var (tenant, customerId) in await table.ListUnchecked(MostWaiting / 2, stop.Token))
                Check(new KnownTexts(tenant, customerId, []));
        });
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stop.Token))
            {
                var batch = new List<KnownTexts>();
                while (batch.Count < MostAtOnce && waiting.Reader.TryRead(out var next))
                    batch.Add(next);
                await Try("erasure's receipt", () => Look(batch));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task Look(List<KnownTexts> batch)
    {
        var (erased, sought) = (new List<KnownTexts>(), new List<Sought>());
        foreach (var known in batch)
        {
            if (await table.FindSealedMark(known.Tenant, known.CustomerId, stop.Token) is not { } mark)
                continue;
            erased.Add(known);
            sought.Add(new Sought(known.Texts, mark));
        }
        var (places, left) = await scan.Run(sought, stop.Token);
        for (var i = 0; i < erased.Count; i++)
            await table.Keep(erased[i], places[i], left, stop.Token);
    }

    private async Task Try(string what, Func<Task> work)
    {
        for (var attempt = 1; attempt <= Attempts && !stop.IsCancellationRequested; attempt++)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception failure)
            {
                if (stop.IsCancellationRequested)
                    return;
                onFailure(what, failure);
            }
            await Task.Delay(Pause, time, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
