using System.Text.Json;
using OrleansOrders.Cli.Client;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Cli.Seed;

/// <summary>What becomes of a sample order.</summary>
public enum Fate
{
    Confirmed,
    Shipped,
    Delivered,
    Returned,
    Declined,
    TimeoutThenOk,
    TimeoutThenDeclined,
    CaptureFails,
    OutOfStock,
    Cancelled,
    Parked,
    Slow,
    Draft,
    DraftCancelled,
    DeadLettered,
}

/// <param name="Number">From 1; the order's idempotency keys follow from it and the seed.</param>
public sealed record SeedOrder(int Number, Fate Fate, CreateOrderBody Body);

/// <summary>
/// Sample orders that follow from a seed alone: the same seed gives the same orders, and more orders begin with the same
/// ones. Every kind of end is among the first <see cref="Fates"/>.
/// </summary>
public sealed class SeedPlan(int seed)
{
    public const int OrdersPerDelivery = 500;
    public const long PiecesPerDelivery = 20_000;
    public const string NeverInStock = "CLOCK-GOLD";

    // Fixed, because the same run must be the same requests.
    private static readonly DateTimeOffset Start = new(2025, 3, 3, 8, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<Fate> Fates { get; } = Enum.GetValues<Fate>();

    /// <summary>Goods with their price in pence.</summary>
    public static IReadOnlyList<(string Sku, long Price, string Description)> Goods { get; } =
    [
        ("TEA-ASSAM", 450, "Assam tea, 250 g"), ("TEA-SENCHA", 620, "Sencha, 100 g"), ("CUP-BLUE", 895, "Cup, blue glaze"),
        ("CUP-WHITE", 795, "Cup, white"), ("POT-IRON", 4_950, "Cast iron pot"), ("TIN-RED", 325, "Tea tin, red"),
        ("TRAY-OAK", 2_750, "Tray, oak"), ("HONEY-LIME", 575, "Lime blossom honey"),
    ];

    public static IReadOnlyList<(string Id, CustomerBody Body)> Customers { get; } =
    [
        ("ada", new CustomerBody("Ada Okafor", "ada@example.org", "1 Mill Lane, Bath", "United Kingdom")),
        ("bruno", new CustomerBody("Bruno Keller", "bruno@example.org", "Lindenweg 4, Ulm", "Germany")),
        ("chloe", new CustomerBody("Chloé Martin", "chloe@example.org", "8 rue des Lilas, Lyon", "France")),
        ("dmitri", new CustomerBody("Dmitri Petrov", "dmitri@example.org", "Narva 12, Tartu", "Estonia")),
        ("emi", new CustomerBody("Emi Tanaka", "emi@example.org", "3-1 Sakae, Nagoya", "Japan")),
    ];

    /// <summary>The customer of the one example of a fate; the page's home links the orders of customers that begin so.</summary>
    public static string SampleCustomer(Fate fate) => $"sample-{JsonNamingPolicy.KebabCaseLower.ConvertName($"{fate}")}";

    /// <summary>Those of the examples among so many orders.</summary>
    public static IEnumerable<(string Id, CustomerBody Body)> SampleCustomers(int orders) =>
        Fates.Take(orders).Select((fate, index) => (SampleCustomer(fate), Customers[index % Customers.Count].Body));

    /// <summary>The orders numbered 1 to <paramref name="count"/>.</summary>
    public IEnumerable<SeedOrder> Orders(int count) => Enumerable.Range(1, count).Select(Create);

    public string Key(string what) => $"seed:{seed}:{what}";

    public static int Deliveries(int orders) => (orders + OrdersPerDelivery - 1) / OrdersPerDelivery;

    private SeedOrder Create(int number)
    {
        var fate = Fates[(number - 1) % Fates.Count];
        var random = new Random(HashCode(number));
        var (customerId, customer) = Customers[random.Next(Customers.Count)];
        if (number <= Fates.Count)
            customerId = SampleCustomer(fate); // the examples are found by their customer
        var lines = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Goods[random.Next(Goods.Count)]).Distinct()
            .Select(goods => new LineBody(goods.Sku, random.Next(1, 5), goods.Price, goods.Description)).ToList();
        if (fate == Fate.OutOfStock)
            lines.Add(new LineBody(NeverInStock, 1, 99_000, "Mantel clock, gold"));
        var at = Start.AddHours(number * 5 + random.Next(5)).AddMinutes(random.Next(60));
        var body = new CreateOrderBody(
            customerId, "GBP", MethodOf(fate), customer.Country, at, fate is not (Fate.Draft or Fate.DraftCancelled), lines);
        return new SeedOrder(number, fate, body);
    }

    // Not System.HashCode, which differs from process to process.
    private int HashCode(int number) => unchecked((seed * 486_187_739 + number) * 16_777_619);

    private static string MethodOf(Fate fate) => fate switch
    {
        Fate.Declined => PaymentMethods.Declined,
        Fate.TimeoutThenOk => PaymentMethods.TimeoutThenOk,
        Fate.TimeoutThenDeclined => PaymentMethods.TimeoutThenDeclined,
        Fate.CaptureFails => PaymentMethods.CaptureFails,
        Fate.Parked => PaymentMethods.RefundFails,
        Fate.Slow => PaymentMethods.Slow,
        _ => PaymentMethods.Ok,
    };
}
