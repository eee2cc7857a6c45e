using System.Net.Http.Headers;
using System.Net.Http.Json;
using Npgsql;
using OrleansOrders.Cli.Cluster;

namespace OrleansOrders.Cli.Bench.Headlines;

/// <summary>
/// R6: orders over HTTP to a server in a process of its own, until every one of them is fulfilled and every read model holds it. The
/// unit is an event of the log, so that it compares with what PostgreSQL appends.
/// </summary>
internal sealed class FulfilmentContest : IContest
{
    private const int Callers = 48;
    private const int Lines = 3;
    private const int Skus = 100;

    private readonly BenchDatabase database;
    private readonly ChildProgram server;
    private readonly HttpClient client;
    private readonly byte[][] bodies;
    private int sent;

    private FulfilmentContest(BenchDatabase database, ChildProgram server, string url)
    {
        (this.database, this.server) = (database, server);
        client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Callers }) { BaseAddress = new Uri(url) };
        bodies = [.. Enumerable.Range(0, Skus).Select(Body)];
    }

    public Headline Headline { get; } = new(
        "R6", $"events/s of orders of {Lines} lines, fulfilled and in every read model, over HTTP", "append_100.sql, 2 connections", "events/s", 0.08, 0.2);

    public static async Task<FulfilmentContest> Create(BenchServer bench, Action<string> report, CancellationToken cancellation)
    {
        var database = await bench.CreateDatabase(cancellation);
        await ReferenceLoad.Prepare(database, cancellation);
        var server = ChildProgram.Start(
            "server", Environment.GetCommandLineArgs()[0], ["serve", "--port", "0", "--json"],
            new Dictionary<string, string> { ["ORDERS_POSTGRES"] = database.ConnectionString }, report);
        var contest = new FulfilmentContest(database, server, (await server.Ready).GetProperty("url").GetString()!);
        for (var sku = 0; sku < Skus; sku++)
            await contest.Post($"/v1/stock/bench-{sku}/receipts", "{\"quantity\":1000000000}"u8.ToArray(), cancellation);
        return contest;
    }

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) =>
        ReferenceLoad.Run(database, "append_100", 2, 100, time, cancellation);

    public async Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation)
    {
        var before = await ReadEnd(cancellation);
        var stretch = await Stretch.Measure(database.Server, async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
            {
                while (TimeProvider.System.GetElapsedTime(started) < time)
                    await Post("/v1/orders", bodies[Interlocked.Increment(ref sent) % Skus], cancellation);
            }, cancellation)));
            while (!await IsAtRest(cancellation))
                await Task.Delay(10, cancellation);
        }, server.Id);
        return stretch.Rate(await ReadEnd(cancellation) - before);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await database.DisposeAsync();
    }

    private static byte[] Body(int order) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new
    {
        customerId = $"customer-{order}",
        currency = "GBP",
        paymentMethod = "pm_ok",
        country = "United Kingdom",
        lines = Enumerable.Range(0, Lines).Select(line => new
        {
            sku = $"bench-{(order * 7 + line * 31) % Skus}", quantity = 1 + line, unitPrice = 255, description = "White hanging heart T-light holder",
        }),
    });

    private async Task Post(string path, byte[] body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await client.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(await response.Content.ReadAsStringAsync(cancellation));
    }

    private async Task<long> ReadEnd(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand("select position from log");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    // Every read model at the log's end, and in it nothing but orders that are done.
    private async Task<bool> IsAtRest(CancellationToken cancellation)
    {
        await using var command = database.Source.CreateCommand(
            """
            select (select count(*) from customer_orders) = $1
                and not exists (select from fulfilment_board where status <> 'completed')
                and (select count(*) from fulfilment_board) = $1
                and (select min(position) from projections) = (select position from log)
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sent });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
