namespace OrleansOrders.Http;

/// <summary>The codes inside <c>errors[]</c>.</summary>
public static class FieldCodes
{
    public const string Required = "required";
    public const string MalformedJson = "malformed-json";
    public const string WrongType = "wrong-type";
    public const string NotAnInteger = "not-an-integer";
    public const string OutOfRange = "out-of-range";
    public const string UnknownMember = "unknown-member";
    public const string DuplicateMember = "duplicate-member";
    public const string ControlCharacter = "control-character";
    public const string InvalidText = "invalid-text";
    public const string CardNumber = "card-number";
    public const string InvalidId = "invalid-id";
    public const string InvalidSku = "invalid-sku";
    public const string InvalidPaymentMethod = "invalid-payment-method";
    public const string InvalidEmail = "invalid-email";
    public const string InvalidUrl = "invalid-url";
    public const string InvalidPhone = "invalid-phone";
    public const string UnknownCurrency = "unknown-currency";
    public const string UnknownValue = "unknown-value";
    public const string Blank = "blank";
    public const string TooLong = "too-long";
    public const string TooFew = "too-few";
    public const string TooMany = "too-many";
    public const string InvalidTime = "invalid-time";
    public const string TooEarly = "too-early";
    public const string InFuture = "in-future";
    public const string InvalidCursor = "invalid-cursor";
    public const string UnknownParameter = "unknown-parameter";
    public const string RepeatedParameter = "repeated-parameter";
    public const string ExcludedParameter = "excluded-parameter";
    public const string InvalidVersion = "invalid-version";
    public const string InvalidHeader = "invalid-header";
    public const string ImpossibleEvent = "impossible-event";
    public const string ProjectionFailed = "projection-failed";
}
