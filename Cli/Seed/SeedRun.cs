using OrleansOrders.Cli.Client;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Seed;

/// <summary>One sample order to look at.</summary>
/// <param name="Page">The order's page: its story across all that took part.</param>
public sealed record SeedExample(Fate Fate, string OrderId, string Page);

/// <summary>What was seeded; the record is the JSON.</summary>
/// <param name="Missing">What was left out, and what to do to have it; null when nothing was.</param>
/// <param name="New">Requests that changed something; the others found their work done.</param>
public sealed record SeedReport(int Seed, int Orders, long New, long AlreadyDone, IReadOnlyList<SeedExample> Examples, string? Missing);

/// <summary>Sends sample data through the API and waits until all of it has come to its end. Running it again changes nothing.</summary>
/// <param name="openLog">Gives the server's log for a tenant, for what the API does not write; null where it is not at hand.</param>
public sealed class SeedRun(int seed, int count, ApiClient api, Func<string, Task<FutureEvent>>? openLog, Progress progress, TimeProvider time)
{
    private const int Concurrency = 8;

    private readonly SeedPlan plan = new(seed);
    private readonly Settlement settlement = new(api, progress, time);
    private readonly string[] ids = new string[count];
    private long isNew;
    private long known;

    public async Task<SeedReport> Run(CancellationToken cancellation)
    {
        await api.Greet(cancellation);
        await SendMasterData(cancellation);
        var orders = plan.Orders(count).ToList();
        progress.Begin("orders sent", count);
        await Each(orders, SendOrder, cancellation);
        await settlement.WaitForFulfilments(Placed(orders), cancellation);
        progress.Begin("orders followed up", count);
        await Each(orders, FollowUp, cancellation);
        await settlement.WaitForFulfilments(
            [.. orders.Where(order => order.Fate is Fate.Cancelled or Fate.Parked).Select(IdOf)], cancellation, "compensated", "parked");
        await settlement.WaitForRefunds(
            orders.Where(order => order.Fate == Fate.Returned).ToDictionary(IdOf, order => order.Body.Lines[0].UnitPrice), cancellation);
        await DeadLetter(orders.Where(order => order.Fate == Fate.DeadLettered), cancellation);
        await settlement.WaitForProjections(cancellation);
        var examples = orders.Take(SeedPlan.Fates.Count).Where(order => openLog is not null || order.Fate != Fate.DeadLettered);
        return new SeedReport(seed, count, isNew, known, [.. examples.Select(order =>
            new SeedExample(order.Fate, IdOf(order), new Uri(api.Url, $"/#/orders/{IdOf(order)}").ToString()))],
            openLog is null ? "The dead letter was left out, because it is written into the log itself: name the server's database with ORDERS_POSTGRES or --data." : null);
    }

    private async Task DeadLetter(IEnumerable<SeedOrder> orders, CancellationToken cancellation)
    {
        if (openLog is null)
            return;
        var log = await openLog((await api.Get("/v1/environment", ClientJson.Default.EnvironmentTenant, cancellation)).Tenant);
        foreach (var order in orders)
        {
            if (await log.AppendTo(IdOf(order), plan.Key($"order:{order.Number}:future"), cancellation))
                isNew++;
            else
                known++;
        }
    }

    private async Task SendMasterData(CancellationToken cancellation)
    {
        foreach (var (id, body) in SeedPlan.Customers.Concat(SeedPlan.SampleCustomers(count)))
            Count(await api.Put($"/v1/customers/{id}", plan.Key($"customer:{id}"), body, ClientJson.Default.CustomerBody, cancellation));
        for (var delivery = 1; delivery <= SeedPlan.Deliveries(count); delivery++)
        {
            foreach (var (sku, _, _) in SeedPlan.Goods)
            {
                Count(await api.Post(
                    $"/v1/stock/{sku}/receipts", plan.Key($"stock:{sku}:{delivery}"), new ReceiptBody(SeedPlan.PiecesPerDelivery),
                    ClientJson.Default.ReceiptBody, cancellation));
            }
        }
    }

    private async Task SendOrder(SeedOrder order, CancellationToken cancellation)
    {
        var reply = Count(await api.Post(
            "/v1/orders", plan.Key($"order:{order.Number}"), order.Body, ClientJson.Default.CreateOrderBody, cancellation));
        ids[order.Number - 1] = reply.Read(ClientJson.Default.OrderReply).Id;
    }

    private async Task FollowUp(SeedOrder order, CancellationToken cancellation)
    {
        if (order.Fate is Fate.Cancelled or Fate.Parked or Fate.DraftCancelled)
            await Command(order, "cancel", new ReasonBody("ordered by mistake"), ClientJson.Default.ReasonBody, cancellation);
        if (order.Fate is Fate.Shipped or Fate.Delivered or Fate.Returned)
            await Command(order, "ship", new ShipBody("Royal Mail", $"RM{seed}-{order.Number}"), ClientJson.Default.ShipBody, cancellation);
        if (order.Fate is Fate.Delivered or Fate.Returned)
            await Command(order, "deliver", new EmptyBody(), ClientJson.Default.EmptyBody, cancellation);
        if (order.Fate is Fate.Returned)
        {
            await Command(
                order, "returns", new ReturnBody([new ReturnLineBody(order.Body.Lines[0].Sku, 1)], "arrived broken"),
                ClientJson.Default.ReturnBody, cancellation);
        }
    }

    private async Task Command<T>(
        SeedOrder order, string name, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellation) =>
        Count(await api.Post($"/v1/orders/{IdOf(order)}/{name}", plan.Key($"order:{order.Number}:{name}"), body, type, cancellation));

    private IReadOnlyCollection<string> Placed(List<SeedOrder> orders) =>
        [.. orders.Where(order => order.Body.Place).Select(IdOf)];

    private string IdOf(SeedOrder order) => ids[order.Number - 1];

    private ApiReply Count(ApiReply reply)
    {
        if (!reply.IsDone)
        {
            var refusal = reply.ToRefusal();
            throw new Failure(ExitCodes.Failed, $"The server refuses the sample data ({refusal.Code}: {refusal.Detail}).");
        }
        if (reply.IsReplayed)
            Interlocked.Increment(ref known);
        else
            Interlocked.Increment(ref isNew);
        return reply;
    }

    private Task Each(List<SeedOrder> orders, Func<SeedOrder, CancellationToken, Task> work, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            orders, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation }, async (order, _) =>
            {
                await work(order, cancellation);
                progress.Advance();
            });
}
