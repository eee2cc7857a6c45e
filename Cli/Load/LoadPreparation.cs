using System.Globalization;
using OrleansOrders.Cli.Client;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Load;

/// <summary>What was there before the first arrival; the record is part of the JSON.</summary>
/// <param name="Orders">Placed and fulfilled beforehand, so that the first cancels, refunds and returns find theirs.</param>
public sealed record PreparationReport(int Customers, int Skus, int Receipts, int Orders, double Seconds);

/// <summary>
/// Customers, goods on the shelves, and a few orders that have come far enough: everything that the first arrivals need.
/// Nothing of it is in the figures. Each request may be repeated under its key.
/// </summary>
internal sealed class LoadPreparation(LoadOptions options, LoadGoods goods, string run, ApiClient api, Progress progress, TimeProvider time)
{
    private const int Concurrency = 8;
    private const int LeastOrders = 10;
    private const int MostOrders = 300;

    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestFulfilment = TimeSpan.FromSeconds(60);

    public OrderPool Placed { get; } = new();

    public OrderPool Delivered { get; } = new();

    public async Task<PreparationReport> Run(CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        progress.Begin("customers registered", LoadGoods.Customers);
        await Each(Enumerable.Range(0, LoadGoods.Customers), Register, cancellation);
        var receipts = Enumerable.Range(0, goods.Skus.Count)
            .SelectMany(sku => Enumerable.Range(1, goods.ReceiptsOf(sku, options.ExpectedOrders)).Select(number => (sku, number))).ToList();
        progress.Begin("stock received", receipts.Count);
        await Each(receipts, Receive, cancellation);
        var toReturn = Wanted(options.Mix.ShareOf(LoadKind.Return));
        var others = Math.Max(LeastOrders, Wanted(options.Mix.ShareOf(LoadKind.Cancel) + options.Mix.ShareOf(LoadKind.Refund)));
        progress.Begin("orders fulfilled", toReturn + others);
        await Each(Enumerable.Range(0, toReturn + others), (number, token) => Fulfil(number, number < toReturn, token), cancellation);
        return new PreparationReport(
            LoadGoods.Customers, goods.Skus.Count, receipts.Count, toReturn + others, time.GetElapsedTime(started).TotalSeconds);
    }

    // As many as are used up before the first that was placed in the run itself has come far enough.
    private int Wanted(double share) => share == 0
        ? 0
        : (int)Math.Clamp(options.RatePerSecond * share * Ahead.TotalSeconds, LeastOrders, MostOrders);

    private async Task Register(int number, CancellationToken cancellation) => Check(await api.Put(
        $"/v1/customers/{LoadGoods.Customer(number)}", KeyOf("customer", number),
        new CustomerBody($"Load Customer {LoadGoods.Customer(number)}", null, null, null), ClientJson.Default.CustomerBody, cancellation));

    private async Task Receive((int Sku, int Number) receipt, CancellationToken cancellation) => Check(await api.Post(
        $"/v1/stock/{goods.Skus[receipt.Sku]}/receipts", KeyOf($"stock:{receipt.Sku}", receipt.Number), new ReceiptBody(Domain.Limits.Quantity),
        ClientJson.Default.ReceiptBody, cancellation));

    private async Task Fulfil(int number, bool deliver, CancellationToken cancellation)
    {
        var body = number % goods.Count;
        var placed = Check(await api.Post("/v1/orders", KeyOf("order", number), goods.OrderBody(body), cancellation));
        var order = new PooledOrder(placed.Read(ClientJson.Default.OrderReply).Id, body);
        await WaitForPayment(order.Id, cancellation);
        if (!deliver)
        {
            Placed.Add(order);
            return;
        }
        Check(await api.Post(
            $"/v1/orders/{order.Id}/ship", KeyOf("ship", number), new ShipBody("load", "load"), ClientJson.Default.ShipBody, cancellation));
        Check(await api.Post(
            $"/v1/orders/{order.Id}/deliver", KeyOf("deliver", number), new EmptyBody(), ClientJson.Default.EmptyBody, cancellation));
        Delivered.Add(order);
    }

    // The capture is a fulfilment's last step.
    private async Task WaitForPayment(string orderId, CancellationToken cancellation)
    {
        for (var started = time.GetTimestamp(); ; await Task.Delay(Poll, time, cancellation))
        {
            var reply = await api.Get($"/v1/payments/{orderId}", cancellation);
            if (reply.IsDone && reply.Read(ClientJson.Default.PaymentReply).Status == "captured")
                return;
            if (time.GetElapsedTime(started) > LongestFulfilment)
                throw new Failure(
                    ExitCodes.Failed, $"Order {orderId} is not fulfilled after {LongestFulfilment.TotalSeconds:0} s, without any load: see `orders doctor`.");
        }
    }

    private static ApiReply Check(ApiReply reply) => reply.IsDone
        ? reply
        : throw new Failure(ExitCodes.Failed, $"The server refuses what the load needs beforehand ({reply.ToRefusal().Code}: {reply.ToRefusal().Detail}).");

    private string KeyOf(string what, int number) => string.Create(CultureInfo.InvariantCulture, $"load:{run}:before:{what}:{number}");

    private Task Each<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> work, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation }, async (item, token) =>
            {
                await work(item, token);
                progress.Advance();
            });
}
