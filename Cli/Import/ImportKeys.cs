using System.Globalization;
using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Import;

/// <summary>
/// Idempotency keys that follow from what is imported and never from when or in which run. They are what makes a second
/// import change nothing and an interrupted one go on.
/// </summary>
public static class ImportKeys
{
    public static string Stock(string digest, int part) => $"import:stock:{digest}:{Number(part)}";

    public static string Order(string invoice) => $"import:order:{Safe(invoice)}";

    /// <param name="part">2 is the first request after the one that creates the draft.</param>
    public static string Items(string invoice, int part) => $"import:order:{Safe(invoice)}:items:{Number(part)}";

    public static string Place(string invoice) => $"import:order:{Safe(invoice)}:place";

    public static string Ship(string invoice) => $"import:order:{Safe(invoice)}:ship";

    public static string Deliver(string invoice) => $"import:order:{Safe(invoice)}:deliver";

    public static string Return(string invoice, string order, int part) =>
        $"import:return:{Safe(invoice)}:{Safe(order)}:{Number(part)}";

    // Keys travel in a header. The tilde cannot begin a plain invoice number, so the two forms never meet.
    private static string Safe(string invoice) =>
        invoice.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
            ? invoice
            : $"~{Ids.Text(Ids.Derive(invoice))}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
