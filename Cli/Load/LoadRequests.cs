using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace OrleansOrders.Cli.Load;

/// <summary>
/// Turns arrivals into requests. Cancels, returns and refunds go to orders that this run placed, each order once; every
/// return also ships and delivers an order for a later one, so that goods are there to be returned.
/// </summary>
internal sealed class LoadRequests(LoadOptions options, LoadGoods goods, LoadHttp http, string run, OrderPool placed, OrderPool delivered)
{
    private static readonly byte[] Cancellation = """{"reason":"load"}"""u8.ToArray();
    private static readonly byte[] Refund = """{"amount":1,"reason":"load"}"""u8.ToArray();
    private static readonly byte[] Shipping = """{"carrier":"load","trackingNumber":"load"}"""u8.ToArray();
    private static readonly byte[] Nothing = Encoding.UTF8.GetBytes("{}");

    // Apart from the arrivals' own chance, so that neither moves the other.
    private readonly Random random = new(options.Seed ^ 0x5eed);
    private readonly Uri orders = new(http.Url, "/v1/orders");
    private readonly Uri[] stock = [.. goods.Skus.Select(sku => new Uri(http.Url, $"/v1/stock/{sku}"))];
    private readonly Uri[] lists = [.. Enumerable.Range(0, LoadGoods.Customers)
        .Select(customer => new Uri(http.Url, $"/v1/orders?customer={LoadGoods.Customer(customer)}&limit=10"))];
    private readonly Zipf zipf = new(goods.Skus.Count);
    private readonly LoadTally[] tallies = [.. Enum.GetValues<LoadKind>().Select(_ => new LoadTally())];
    private readonly int deliveredWanted = delivered.Count;
    private int staging;

    /// <summary>Latencies of all arrivals; what is sent along for returns is not among them.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>The last order that the server acknowledged.</summary>
    public string? LastOrder { get; private set; } = placed.Peek(0)?.Id;

    /// <summary>Told of every arrival that has its end.</summary>
    public Action Ended { get; init; } = () => { };

    public LoadTally this[LoadKind kind] => tallies[(int)kind];

    public long Errors => tallies.Sum(tally => tally.Errors.Sum(error => error.Count));

    /// <summary>For <see cref="OpenLoop"/>: what is drawn is drawn before the first wait, in the order of arrival.</summary>
    public Task Send(Arrival arrival, CancellationToken abort) => options.Mix.Draw(random.NextDouble()) switch
    {
        LoadKind.Place => Place(arrival, random.Next(goods.Count), abort),
        LoadKind.Cancel => Follow(
            LoadKind.Cancel, arrival, random.Next(2) == 0 ? placed.TakeNewest() : placed.TakeOldest(),
            order => ($"/v1/orders/{order.Id}/cancel", Cancellation), abort),
        LoadKind.Refund => Follow(
            LoadKind.Refund, arrival, placed.TakeOldest(), order => ($"/v1/payments/{order.Id}/refunds", Refund), abort),
        LoadKind.Return => Task.WhenAll(
            Follow(
                LoadKind.Return, arrival, delivered.TakeOldest(),
                order => ($"/v1/orders/{order.Id}/returns", goods.ReturnBody(order.Goods)), abort),
            Stage(arrival, abort)),
        _ => Read(arrival, random.Next(10), abort),
    };

    private async Task Place(Arrival arrival, int body, CancellationToken abort)
    {
        var answer = await http.Send(HttpMethod.Post, orders, KeyOf(LoadKind.Place, arrival), goods.OrderBody(body), abort);
        Count(LoadKind.Place, arrival, answer);
        if (answer is not { Kind: AnswerKind.Done, Location: { } location })
            return;
        LastOrder = location[(location.LastIndexOf('/') + 1)..];
        placed.Add(new PooledOrder(LastOrder, body));
    }

    private async Task Follow(
        LoadKind kind, Arrival arrival, PooledOrder? order, Func<PooledOrder, (string Path, byte[] Body)> request, CancellationToken abort)
    {
        if (order is null)
        {
            this[kind].Miss(LoadMix.NameOf(kind));
            Ended();
            return;
        }
        var (path, body) = request(order.Value);
        Count(kind, arrival, await http.Send(HttpMethod.Post, new Uri(http.Url, path), KeyOf(kind, arrival), body, abort));
    }

    // Half of them look at an order, the others at a shelf or at what a customer ordered last.
    private async Task Read(Arrival arrival, int choice, CancellationToken abort)
    {
        var target = choice < 5 && placed.Peek(random.NextDouble()) is { } order ? new Uri(http.Url, $"/v1/orders/{order.Id}")
            : choice < 8 ? stock[zipf.Draw(random.NextDouble())]
            : lists[random.Next(lists.Length)];
        Count(LoadKind.Read, arrival, await http.Send(HttpMethod.Get, target, null, null, abort));
    }

    private async Task Stage(Arrival arrival, CancellationToken abort)
    {
        // One for the one that was just taken, and one more while there are fewer than at the beginning.
        var wanted = delivered.Count + Volatile.Read(ref staging) + 1 < deliveredWanted ? 2 : 1;
        for (var part = 0; part < wanted; part++)
        {
            Interlocked.Increment(ref staging);
            await StageOne(arrival, part, abort);
            Interlocked.Decrement(ref staging);
        }
    }

    private async Task StageOne(Arrival arrival, int part, CancellationToken abort)
    {
        if (placed.TakeOldest() is not { } order)
            return;
        foreach (var (kind, action, body) in new[] { (LoadKind.Ship, "ship", Shipping), (LoadKind.Deliver, "deliver", Nothing) })
        {
            var began = new Arrival(arrival.Number, Stopwatch.GetTimestamp());
            var key = string.Create(CultureInfo.InvariantCulture, $"{KeyOf(kind, arrival)}:{part}");
            var answer = await http.Send(HttpMethod.Post, new Uri(http.Url, $"/v1/orders/{order.Id}/{action}"), key, body, abort);
            this[kind].Count(action, answer, began.Elapsed);
            if (answer.Kind == AnswerKind.Done)
                continue;
            if (answer.Why!.Code == Domain.Refusals.OrderNotConfirmed)
                placed.Add(order);
            return;
        }
        delivered.Add(order);
    }

    private void Count(LoadKind kind, Arrival arrival, Answer answer)
    {
        var latency = arrival.Elapsed;
        this[kind].Count(LoadMix.NameOf(kind), answer, latency);
        if (answer.Kind != AnswerKind.Failed)
            Latency.Record(latency);
        Ended();
    }

    private string KeyOf(LoadKind kind, Arrival arrival) =>
        string.Create(CultureInfo.InvariantCulture, $"load:{run}:{LoadMix.NameOf(kind)}:{arrival.Number}");
}
