namespace OrleansOrders.Cli.Import;

/// <summary>One record of the file, as text, trimmed. Nothing is judged yet.</summary>
/// <param name="Number">The line of the file at which the record begins; the header is line 1.</param>
public sealed record SourceLine(
    long Number, string Invoice, string Sku, string Description, string Quantity, string Date, string UnitPrice, string Customer,
    string Country)
{
    /// <summary>Lines of such an invoice are goods that came back.</summary>
    public bool IsReturn => Invoice.StartsWith('C');
}

/// <summary>The file cannot be imported as a whole. The message is one line that says where and why.</summary>
public sealed class ImportFileException(string message, Exception? inner = null) : Exception(message, inner);
