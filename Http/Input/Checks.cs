using System.Globalization;
using System.Net.Mail;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>
/// Turns what a request holds into what a command needs, and collects everything that is wrong on the way. A check
/// that fails returns a harmless value; <see cref="ThrowIfAny"/> comes before anything is done with it.
/// </summary>
internal sealed class Checks(DateTimeOffset now)
{
    private readonly List<FieldError> _errors = [];

    public static string Detail(int errors) => errors == 1
        ? "One thing is wrong with the request; see errors."
        : string.Create(CultureInfo.InvariantCulture, $"{errors} things are wrong with the request; see errors.");

    /// <exception cref="ProblemException">Something was wrong.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
            throw new ProblemException(Problem.Invalid(ProblemCodes.InvalidRequest, Detail(_errors.Count), _errors));
    }

    public void Add(string pointer, string code, string detail, string? place = null)
    {
        if (_errors.Count < ApiLimits.ErrorsPerProblem)
            _errors.Add(new FieldError(pointer, code, detail, place));
    }

    public string Id(string pointer, string? value, string? place = null) => value is null
        ? Missing(pointer, "")
        : Texts.IsId(value) ? value : Wrong(pointer, FieldCodes.InvalidId, $"An id is {Texts.IdRule}.", "", place);

    public string Sku(string pointer, string? value, string? place = null) => value is null
        ? Missing(pointer, "")
        : Texts.IsSku(value) ? value : Wrong(pointer, FieldCodes.InvalidSku, $"A SKU is {Texts.SkuRule}.", "", place);

    public string Currency(string pointer, string? value) => value is null
        ? Missing(pointer, "")
        : Currencies.IsKnown(value)
            ? value
            : Wrong(pointer, FieldCodes.UnknownCurrency, "A currency is an active code of ISO 4217, in capitals.", "");

    public string PaymentMethod(string pointer, string? value) => value is null
        ? Missing(pointer, "")
        : Texts.IsPaymentMethod(value)
            ? value
            : Wrong(pointer, FieldCodes.InvalidPaymentMethod, "A payment method is 1 to 64 letters, digits, _ and -.", "");

    public long Integer(string pointer, long? value, long smallest, long largest) => value is null
        ? Missing(pointer, smallest)
        : value >= smallest && value <= largest
            ? value.Value
            : Wrong(pointer, FieldCodes.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"An integer from {smallest} to {largest}."), smallest);

    public long? OptionalInteger(string pointer, long? value, long smallest, long largest) =>
        value is null ? null : Integer(pointer, value, smallest, largest);

    /// <summary>A text that must say something.</summary>
    public string Text(string pointer, string? value, int longest)
    {
        if (value is null)
            return Missing(pointer, "");
        return string.IsNullOrWhiteSpace(value)
            ? Wrong(pointer, FieldCodes.Blank, "The text is blank.", "")
            : OptionalText(pointer, value, longest) ?? "";
    }

    public string? OptionalText(string pointer, string? value, int longest) => value is null || value.Length <= longest
        ? value
        : Wrong(pointer, FieldCodes.TooLong, string.Create(CultureInfo.InvariantCulture, $"At most {longest} characters."), value: null as string);

    public string? OptionalEmail(string pointer, string? value) =>
        value is null || (value.Length <= ApiLimits.EmailLength && MailAddress.TryCreate(value, out var address) && address.Address == value)
            ? value
            : Wrong(pointer, FieldCodes.InvalidEmail, "An email address, like name@example.org.", value: null as string);

    public string? OptionalPhone(string pointer, string? value) =>
        value is null || (value.Length is >= 3 and <= 32 && value.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or ' ' or '(' or ')' or '.'))
            ? value
            : Wrong(pointer, FieldCodes.InvalidPhone, "3 to 32 digits, spaces and + - ( ) .", value: null as string);

    /// <summary>When something happened: absent means now.</summary>
    public DateTimeOffset OccurredAt(string pointer, string? value)
    {
        if (value is null)
            return now;
        if (!Texts.TryParseTime(value, out var time))
            return Wrong(pointer, FieldCodes.InvalidTime, "ISO 8601 with an offset, like 2010-12-01T08:26:00Z.", now);
        if (time < ApiLimits.EarliestTime)
            return Wrong(pointer, FieldCodes.TooEarly, "The year 2000 or later.", now);
        return time > now + ApiLimits.ClockSkew ? Wrong(pointer, FieldCodes.InFuture, "Not in the future.", now) : time;
    }

    /// <summary>A list of 1 to <see cref="Limits.LinesPerRequest"/> lines; <paramref name="read"/> gets the line's pointer.</summary>
    public T[] Lines<TLine, T>(string pointer, TLine?[]? lines, Func<string, TLine, T> read)
        where TLine : class
    {
        if (lines is null)
            return Missing<T[]>(pointer, []);
        if (lines.Length == 0)
            return Wrong<T[]>(pointer, FieldCodes.TooFew, "At least one line.", []);
        if (lines.Length > Limits.LinesPerRequest)
            return Wrong<T[]>(pointer, FieldCodes.TooMany, $"At most {Limits.LinesPerRequest} lines in one request.", []);
        var result = new T[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            var place = JsonPointer.Append(pointer, i);
            if (lines[i] is { } line)
                result[i] = read(place, line);
            else
                Add(place, FieldCodes.WrongType, "A line is an object.");
        }
        return result;
    }

    private T Missing<T>(string pointer, T value) => Wrong(pointer, FieldCodes.Required, "The member is required.", value);

    private T Wrong<T>(string pointer, string code, string detail, T value, string? place = null)
    {
        Add(pointer, code, detail, place);
        return value;
    }
}
