namespace OrleansOrders.Cli.Import;

/// <summary>Why a line or an invoice is not imported. Stable: reports are compared by them.</summary>
public static class RejectReasons
{
    // Lines, in the order in which they are looked for: a line is counted under the first that fits.
    public const string InvoiceMissing = "invoice-missing";
    public const string StockCodeMissing = "stock-code-missing";
    public const string StockCodeNotValid = "stock-code-not-valid";
    public const string CustomerNotValid = "customer-not-valid";
    public const string TextTooLong = "text-too-long";
    public const string ControlCharacter = "control-character";
    public const string QuantityNotANumber = "quantity-not-a-number";
    public const string QuantityNotWhole = "quantity-not-whole";
    public const string PriceNotANumber = "price-not-a-number";
    public const string DateNotValid = "date-not-valid";
    public const string QuantityNotPositive = "quantity-not-positive";
    public const string QuantityNotNegative = "quantity-not-negative";
    public const string QuantityTooLarge = "quantity-too-large";
    public const string PriceNotPositive = "price-not-positive";
    public const string PriceRoundsToZero = "price-rounds-to-zero";
    public const string PriceTooLarge = "price-too-large";
    public const string CustomerDiffers = "customer-differs-within-invoice";
    public const string InvoiceTooLarge = "invoice-too-large";

    // Invoices.
    public const string NoGoodLine = "no-good-line";

    // Lines of returns that are good by themselves.
    public const string ReturnWithoutCustomer = "return-without-customer";
    public const string NoSuchOrder = "no-earlier-order-of-that-sku";
    public const string MoreThanWasBought = "more-than-was-bought";
}
