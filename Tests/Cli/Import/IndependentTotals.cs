using System.Globalization;
using System.Numerics;

namespace OrleansOrders.Tests.Cli.Import;

/// <summary>
/// The totals of a file, worked out another way than the import does: a reader that splits at quotes, prices as whole
/// thousandths of a penny in <see cref="BigInteger"/>, no merging, no plan. It shares no code with the import.
/// </summary>
internal sealed class IndependentTotals
{
    public long Records { get; private set; }
    public HashSet<string> Invoices { get; } = [];
    public HashSet<string> GoodInvoices { get; } = [];
    public HashSet<string> SaleInvoices { get; } = [];
    public long ReturnRecords { get; private set; }
    public long GoodRecords { get; private set; }
    public long QuantityRejected { get; private set; }
    public long PriceRejected { get; private set; }
    public BigInteger Pieces { get; private set; }
    public BigInteger Pence { get; private set; }
    public SortedDictionary<string, BigInteger> PencePerDay { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, BigInteger> PencePerSku { get; } = [];
    public Dictionary<string, BigInteger> PiecesPerSku { get; } = [];

    /// <summary>Reads a file whose columns stand in the published order and whose records are one line each.</summary>
    public static IndependentTotals Of(string path)
    {
        var totals = new IndependentTotals();
        var firstDay = new Dictionary<string, string>();
        foreach (var record in File.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
            totals.Add(Split(record.TrimEnd('\r')), firstDay);
        return totals;
    }

    private void Add(List<string> fields, Dictionary<string, string> firstDay)
    {
        Records++;
        Invoices.Add(fields[0]);
        if (fields[0][0] == 'C')
        {
            ReturnRecords++;
            return;
        }
        SaleInvoices.Add(fields[0]);
        var quantity = BigInteger.Parse(fields[3], CultureInfo.InvariantCulture);
        var pence = HalfEven(Thousandths(fields[5]));
        if (quantity <= 0)
        {
            QuantityRejected++;
            return;
        }
        if (pence <= 0)
        {
            PriceRejected++;
            return;
        }
        GoodRecords++;
        GoodInvoices.Add(fields[0]);
        firstDay.TryAdd(fields[0], fields[4][..10]);
        Pieces += quantity;
        Pence += quantity * pence;
        AddTo(PencePerDay, firstDay[fields[0]], quantity * pence);
        AddTo(PencePerSku, fields[1], quantity * pence);
        AddTo(PiecesPerSku, fields[1], quantity);
    }

    private static void AddTo(IDictionary<string, BigInteger> sums, string key, BigInteger value) =>
        sums[key] = (sums.TryGetValue(key, out var sum) ? sum : BigInteger.Zero) + value;

    // Outside quotes are the even parts of a split at quotes; an empty part between two quotes is a quote itself.
    private static List<string> Split(string record)
    {
        var fields = new List<string> { "" };
        var parts = record.Split('"');
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1)
            {
                fields[^1] += parts[i];
                continue;
            }
            var pieces = parts[i].Split(',');
            fields[^1] += i > 0 && i < parts.Length - 1 && parts[i].Length == 0 ? "\"" : pieces[0];
            fields.AddRange(pieces[1..]);
        }
        return [.. fields.Select(field => field.Trim())];
    }

    private static BigInteger Thousandths(string price)
    {
        var parts = price.Split('.');
        var fraction = (parts.Length > 1 ? parts[1] : "").PadRight(5, '0');
        if (fraction[5..].Any(digit => digit != '0'))
            throw new FormatException($"{price} has more digits than this calculation knows.");
        var sign = price[0] == '-' ? -1 : 1;
        return sign * (BigInteger.Abs(BigInteger.Parse(parts[0], CultureInfo.InvariantCulture)) * 100_000
            + BigInteger.Parse(fraction[..5], CultureInfo.InvariantCulture));
    }

    private static BigInteger HalfEven(BigInteger thousandths)
    {
        var whole = BigInteger.DivRem(thousandths, 1_000, out var rest);
        var twice = BigInteger.Abs(rest) * 2;
        return twice > 1_000 || (twice == 1_000 && !whole.IsEven) ? whole + thousandths.Sign : whole;
    }
}
