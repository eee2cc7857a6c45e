namespace OrleansOrders.Cli.Import;

/// <summary>
/// Turns the lines of a file into a plan. Lines of one invoice belong together wherever they stand; returns are matched
/// when every order is known, because a file need not be in the order of time.
/// </summary>
public sealed class ImportPlanner
{
    private readonly Dictionary<string, Invoice> invoices = new(StringComparer.Ordinal);
    private readonly List<Invoice> inFileOrder = [];
    private readonly HashSet<string> texts = new(StringComparer.Ordinal);
    private readonly Tally lines = new();
    private readonly Tally returnLines = new();

    /// <exception cref="ImportFileException">The file is malformed.</exception>
    public static ImportPlan Plan(string path)
    {
        using var source = CsvSource.Open(path);
        var planner = new ImportPlanner();
        while (source.Read() is { } line)
            planner.Add(line);
        return planner.Finish();
    }

    public void Add(SourceLine source)
    {
        var (line, reason) = LineReader.Read(source);
        if (source.Invoice.Length > 0 && !invoices.ContainsKey(source.Invoice))
        {
            invoices[source.Invoice] = new Invoice(source.Invoice, source.IsReturn, source.Number, []);
            inFileOrder.Add(invoices[source.Invoice]);
        }
        if (line is not null)
            invoices[source.Invoice].Lines.Add(Compact(line));
        else
            (source.IsReturn ? returnLines : lines).Reject(reason!, source.Number);
    }

    public ImportPlan Finish()
    {
        var invoiceTally = new Tally();
        var orders = new List<PlannedOrder>();
        foreach (var invoice in inFileOrder.Where(invoice => !invoice.IsReturn))
        {
            var (order, reason) = OrderPlanner.Plan(invoice.Lines, lines);
            if (order is null)
            {
                invoiceTally.Reject(reason!, invoice.FirstLine);
                continue;
            }
            invoiceTally.Accept();
            orders.Add(order);
        }
        var returnTally = new Tally();
        var matcher = new ReturnMatcher(orders);
        var returns = new List<PlannedReturn>();
        foreach (var invoice in inFileOrder.Where(invoice => invoice.IsReturn))
        {
            var matched = matcher.Match(invoice.Number, invoice.Lines, returnLines);
            returns.AddRange(matched);
            if (matched.Count > 0)
                returnTally.Accept();
            else
                returnTally.Reject(RejectReasons.NoGoodLine, invoice.FirstLine);
        }
        return new ImportPlan(
            [.. orders], [.. returns], StockPlanner.Plan(orders), invoiceTally.ToCount(), lines.ToCount(), returnTally.ToCount(),
            returnLines.ToCount());
    }

    // A large file names the same goods again and again; one copy of each text is enough.
    private GoodLine Compact(GoodLine line) => line with
    {
        Invoice = One(line.Invoice)!,
        Sku = One(line.Sku)!,
        Description = One(line.Description),
        Customer = One(line.Customer),
        Country = One(line.Country),
    };

    private string? One(string? text)
    {
        if (text is null)
            return null;
        if (texts.TryGetValue(text, out var known))
            return known;
        texts.Add(text);
        return text;
    }

    private sealed record Invoice(string Number, bool IsReturn, long FirstLine, List<GoodLine> Lines);
}
