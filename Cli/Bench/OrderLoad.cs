using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace OrleansOrders.Cli.Bench;

/// <summary>Orders over HTTP to one of the editions in processes of its own, until every one of them is fulfilled and every read model holds it.</summary>
internal sealed class OrderLoad : IAsyncDisposable
{
    private const int Lines = 3;
    private const int Skus = 100;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BenchDatabase database;
    private readonly BenchedServer server;
    private readonly int callers;
    private readonly byte[][] bodies;
    private readonly DateTimeOffset began = TimeProvider.System.GetUtcNow();
    private int sent;

    private OrderLoad(BenchDatabase database, BenchedServer server, int callers, byte[][] bodies) =>
        (this.database, this.server, this.callers, this.bodies) = (database, server, callers, bodies);

    public int ProcessId => server.ProcessId;

    /// <summary>Starts the edition, and fills its stock.</summary>
    /// <param name="callers">Each waits for the answer to one order before it places the next.</param>
    /// <param name="silos">Of the cluster edition; none means the standalone edition.</param>
    /// <param name="skus">What the SKUs that are ordered begin with.</param>
    /// <param name="variables">More of the environment, for the edition; null for none.</param>
    public static async Task<OrderLoad> Start(
        BenchDatabase database, int callers, Action<string> report, CancellationToken cancellation, int silos = 0, string skus = "bench",
        IReadOnlyDictionary<string, string>? variables = null)
    {
        var server = await BenchedServer.Start(database, callers, report, silos, variables);
        var load = new OrderLoad(database, server, callers, [.. Enumerable.Range(0, Skus).Select(order => Body(order, skus))]);
        for (var sku = 0; sku < Skus; sku++)
            await server.Post($"/v1/stock/{skus}-{sku}/receipts", "{\"quantity\":1000000}"u8.ToArray(), cancellation);
        return load;
    }

    /// <summary>Until it is told that no order more is wanted, and each one is fulfilled.</summary>
    public async Task Place(Func<bool> goesOn, CancellationToken cancellation)
    {
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (goesOn())
                await server.Post("/v1/orders", bodies[(Interlocked.Increment(ref sent) - 1) % Skus], cancellation);
        }, cancellation)));
        // The log first, because counting costs: while it grows, nobody is at rest.
        for (var (before, end) = (-1L, await ReadEnd(cancellation)); before != end || !await IsAtRest(cancellation);)
        {
            await Task.Delay(20, cancellation);
            (before, end) = (end, await ReadEnd(cancellation));
        }
    }

    /// <summary>So many orders.</summary>
    public Task Place(int orders, CancellationToken cancellation)
    {
        var left = orders;
        return Place(() => Interlocked.Decrement(ref left) >= 0, cancellation);
    }

    public async Task<long> ReadEnd(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select position from log");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>
    /// When an order is fulfilled, its customer is told and its events go to their topics: that is not what is counted, and must
    /// not go on while something else is measured.
    /// </summary>
    /// <returns>False when the product was still busy after a minute.</returns>
    public async Task<bool> WaitForIdle(CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var before = ProcessorTime.OfTree(ProcessId); TimeProvider.System.GetElapsedTime(started) < Patience;)
        {
            await Task.Delay(Look, cancellation);
            var now = ProcessorTime.OfTree(ProcessId);
            if (now - before < Idle)
                return true;
            before = now;
        }
        return false;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static byte[] Body(int order, string skus) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        customerId = string.Create(CultureInfo.InvariantCulture, $"customer-{order}"),
        currency = "GBP",
        paymentMethod = "pm_ok",
        country = "United Kingdom",
        shippingAddress = string.Create(CultureInfo.InvariantCulture, $"{order} Mill Lane, Cambridge CB1 2AB"),
        lines = Enumerable.Range(0, Lines).Select(line => new
        {
            sku = $"{skus}-{(order * 7 + line * 31) % Skus}", quantity = 1 + line, unitPrice = 255, description = "White hanging heart T-light holder",
        }),
    });

    // Every read model at the log's end, and all of these orders done. Asked so that indexes answer: there may be many others.
    private async Task<bool> IsAtRest(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand(
            """
            select (select min(position) from projections) = (select position from log)
                and not exists (select from fulfilment_board where tenant = 'default' and (status < 'completed' or status > 'completed'))
                and (select count(*) from fulfilment_board where tenant = 'default' and started_at >= $1) = $2
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = began.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sent });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
