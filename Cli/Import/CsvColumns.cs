namespace OrleansOrders.Cli.Import;

/// <summary>Where the eight columns stand in this file.</summary>
public sealed class CsvColumns
{
    private static readonly string[] Names =
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];

    private readonly int[] places;

    private CsvColumns(int[] places) => this.places = places;

    public static string Expected => string.Join(", ", Names);

    public int Count => Names.Length;

    public bool EndsWithCountry => places[^1] == Names.Length - 1;

    /// <summary>Null when the header does not have exactly these columns.</summary>
    public static CsvColumns? Find(string[] header)
    {
        var places = Names.Select(name => Array.FindIndex(header, field => name.Equals(field, StringComparison.OrdinalIgnoreCase)));
        int[] found = [.. places];
        return header.Length == Names.Length && !found.Contains(-1) ? new CsvColumns(found) : null;
    }

    public SourceLine Line(long number, string[] fields) => new(
        number, fields[places[0]], fields[places[1]], fields[places[2]], fields[places[3]], fields[places[4]], fields[places[5]],
        fields[places[6]], fields[places[7]]);
}
