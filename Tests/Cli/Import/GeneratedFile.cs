using System.Globalization;

namespace OrleansOrders.Tests.Cli.Import;

/// <summary>A file like the published sample, dirty rows and all, from a seed.</summary>
internal static class GeneratedFile
{
    public static string Write(int seed, int invoices, int longest = 30)
    {
        var random = new Random(seed);
        var records = new List<string>();
        var sold = new List<(string Customer, string Sku, int Quantity)>();
        for (var i = 0; i < invoices; i++)
        {
            var date = new DateTime(2010, 12, 1, 8, 0, 0).AddMinutes(i * 17);
            var customer = random.Next(6) == 0 ? "" : $"{17000 + random.Next(40)}.0";
            if (random.Next(10) == 0 && sold.Count > 0)
            {
                var (buyer, sku, quantity) = sold[random.Next(sold.Count)];
                records.Add(Record($"C{500000 + i}", sku, -random.Next(1, quantity + 2), "1.25", date, buyer));
                continue;
            }
            var dirty = random.Next(12) == 0;
            for (var line = random.Next(1, longest + 1); line > 0; line--)
            {
                var sku = $"{20000 + random.Next(200)}{(random.Next(8) == 0 ? "a" : "")}";
                var quantity = dirty || random.Next(40) == 0 ? -random.Next(0, 5) : random.Next(1, 60);
                var price = random.Next(25) switch
                {
                    0 => "0.0",
                    1 => $"{random.Next(9)}.{random.Next(1000).ToString("000", CultureInfo.InvariantCulture)}",
                    2 => $"{random.Next(9)}.{random.Next(100).ToString("00", CultureInfo.InvariantCulture)}5",
                    _ => $"{random.Next(20)}.{random.Next(1, 100).ToString("00", CultureInfo.InvariantCulture)}",
                };
                records.Add(Record($"{500000 + i}", sku, quantity, price, date, customer));
                if (customer.Length > 0 && quantity > 0)
                    sold.Add((customer, sku, quantity));
            }
        }
        return ImportFiles.Write([.. records]);
    }

    private static string Record(string invoice, string sku, int quantity, string price, DateTime date, string customer) => ImportFiles.Record(
        invoice, sku, quantity.ToString(CultureInfo.InvariantCulture), price,
        date.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), customer, "LANTERN \"\"RED\"\", LARGE");
}
