using System.Globalization;
using OrleansOrders.Domain;
using OrleansOrders.Http;

namespace OrleansOrders.Cli.Import;

/// <summary>A line that can be imported, by itself.</summary>
/// <param name="Quantity">Pieces, positive, of a return as well.</param>
/// <param name="UnitPrice">Pence.</param>
/// <param name="Customer">Null when the file names none.</param>
public sealed record GoodLine(
    long Number, string Invoice, string Sku, string? Description, long Quantity, long UnitPrice, DateTimeOffset At, string? Customer,
    string? Country);

/// <summary>Turns text into values, or says which of <see cref="RejectReasons"/> is in the way.</summary>
public static class LineReader
{
    public const string Currency = "GBP";

    private const NumberStyles Numbers = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
    private const int LongestInvoice = 40;

    // The second pair is how the original spreadsheet shows its dates.
    private static readonly string[] DateFormats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "M/d/yyyy H:mm", "M/d/yyyy H:mm:ss"];

    /// <returns>The line, or the reason why there is none.</returns>
    public static (GoodLine? Line, string? Reason) Read(SourceLine source)
    {
        if (RefuseText(source) is { } reason)
            return (null, reason);
        if (!decimal.TryParse(source.Quantity, Numbers, CultureInfo.InvariantCulture, out var quantity))
            return (null, RejectReasons.QuantityNotANumber);
        if (!decimal.IsInteger(quantity))
            return (null, RejectReasons.QuantityNotWhole);
        if (!decimal.TryParse(source.UnitPrice, Numbers, CultureInfo.InvariantCulture, out var price))
            return (null, RejectReasons.PriceNotANumber);
        if (!DateTimeOffset.TryParseExact(
                source.Date, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return (null, RejectReasons.DateNotValid);
        if (RefuseQuantity(source.IsReturn ? -quantity : quantity, source.IsReturn) is { } badQuantity)
            return (null, badQuantity);
        if (RefusePrice(price) is { } badPrice)
            return (null, badPrice);
        var line = new GoodLine(
            source.Number, source.Invoice, source.Sku, OrNull(source.Description), (long)decimal.Abs(quantity),
            Money.FromDecimal(price, Currency), at, CustomerOf(source.Customer), OrNull(source.Country));
        return (line, null);
    }

    private static string? RefuseText(SourceLine source)
    {
        if (source.Invoice.Length == 0)
            return RejectReasons.InvoiceMissing;
        if (source.Sku.Length == 0)
            return RejectReasons.StockCodeMissing;
        if (!Texts.IsSku(source.Sku))
            return RejectReasons.StockCodeNotValid;
        if (CustomerOf(source.Customer) is { } customer && !Texts.IsId(customer))
            return RejectReasons.CustomerNotValid;
        if (source.Invoice.Length > LongestInvoice || source.Country.Length > ApiLimits.ShortTextLength
            || source.Description.Length > Limits.TextLength)
            return RejectReasons.TextTooLong;
        string[] texts = [source.Invoice, source.Description, source.Country];
        return texts.Any(text => Texts.Refuse(text) is not null) ? RejectReasons.ControlCharacter : null;
    }

    private static string? RefuseQuantity(decimal quantity, bool isReturn) => quantity switch
    {
        <= 0 => isReturn ? RejectReasons.QuantityNotNegative : RejectReasons.QuantityNotPositive,
        > Limits.Quantity => RejectReasons.QuantityTooLarge,
        _ => null,
    };

    private static string? RefusePrice(decimal price)
    {
        if (price <= 0)
            return RejectReasons.PriceNotPositive;
        if (price > Money.ToDecimal(Limits.UnitPrice, Currency))
            return RejectReasons.PriceTooLarge;
        return Money.FromDecimal(price, Currency) == 0 ? RejectReasons.PriceRoundsToZero : null;
    }

    // The published file has passed through a table of floating point numbers: 17850 became 17850.0.
    private static string? CustomerOf(string text) =>
        OrNull(text.EndsWith(".0", StringComparison.Ordinal) && text.AsSpan(..^2).ContainsAnyExceptInRange('0', '9') is false
            ? text[..^2]
            : text);

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
