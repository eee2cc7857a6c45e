using System.Globalization;
using System.Text.Json;
using OrleansOrders.Cli.Client;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Cli.Load;

/// <summary>The bodies of orders and of their returns, made before anything is measured, and used again and again.</summary>
internal sealed class LoadGoods
{
    public const int Customers = 100;

    private const int Bodies = 4_096;
    private const int MostLines = 3;
    private const int MostPieces = 3;

    private static readonly string[] Countries = ["United Kingdom", "Germany", "France", "Estonia", "Japan"];

    private readonly (byte[] Order, byte[] Return)[] bodies;
    private readonly Zipf zipf;

    public LoadGoods(int skus, int seed)
    {
        zipf = new Zipf(skus);
        Skus = [.. Enumerable.Range(1, skus).Select(number => string.Create(CultureInfo.InvariantCulture, $"LOAD-{number:0000}"))];
        var random = new Random(seed);
        bodies = [.. Enumerable.Range(0, Bodies).Select(_ => Create(random))];
    }

    public IReadOnlyList<string> Skus { get; }

    public int Count => bodies.Length;

    public byte[] OrderBody(int goods) => bodies[goods].Order;

    /// <summary>One piece of the order's first line goes back.</summary>
    public byte[] ReturnBody(int goods) => bodies[goods].Return;

    public static string Customer(int number) => string.Create(CultureInfo.InvariantCulture, $"load-{number}");

    /// <summary>How often the most that may be received at once has to be received, so that no order finds the shelf empty.</summary>
    public int ReceiptsOf(int sku, double orders) =>
        1 + (int)(orders * MostLines * MostPieces * zipf.ShareOf(sku) / Limits.Quantity);

    private (byte[] Order, byte[] Return) Create(Random random)
    {
        var lines = Enumerable.Range(0, random.Next(1, MostLines + 1)).Select(_ => zipf.Draw(random.NextDouble())).Distinct()
            .Select(sku => new LineBody(Skus[sku], random.Next(1, MostPieces + 1), 100 + sku % 50 * 25, null)).ToList();
        var customer = random.Next(Customers);
        var order = new CreateOrderBody(
            Customer(customer), "GBP", PaymentMethods.Ok, Countries[customer % Countries.Length], null, true, lines);
        var returned = new ReturnBody([new ReturnLineBody(lines[0].Sku, 1)], "load");
        return (
            JsonSerializer.SerializeToUtf8Bytes(order, ClientJson.Default.CreateOrderBody),
            JsonSerializer.SerializeToUtf8Bytes(returned, ClientJson.Default.ReturnBody));
    }
}
