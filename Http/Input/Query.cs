using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Http;

/// <summary>A request's query parameters. One that the route does not know is an error, so that a misspelt filter cannot pass for none.</summary>
internal sealed class Query
{
    private readonly IQueryCollection _values;
    private readonly Checks _checks;

    public Query(IQueryCollection values, IReadOnlyList<QueryParameter> known, Checks checks)
    {
        (_values, _checks) = (values, checks);
        foreach (var (name, value) in values)
        {
            // The name is the caller's text: it is said only when it is one of ours.
            if (!known.Any(parameter => parameter.Name == name))
                Add("", FieldCodes.UnknownParameter, $"The query may hold {Names(known)}.");
            else if (value.Count > 1)
                Add(name, FieldCodes.RepeatedParameter, "The parameter occurs twice.");
        }
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public void Add(string name, string code, string detail) => _checks.Add(name.Length == 0 ? "" : "/" + name, code, detail, "query");

    public long? Integer(string name, long smallest, long largest)
    {
        if (Find(name) is not { } text)
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= smallest && value <= largest)
            return value;
        Add(name, FieldCodes.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"An integer from {smallest} to {largest}."));
        return null;
    }

    public int Limit() => (int)(Integer("limit", 1, ApiLimits.PageMaximum) ?? ApiLimits.PageDefault);

    public string? Id(string name) => Checked(name, text => Texts.IsId(text), FieldCodes.InvalidId, $"An id is {Texts.IdRule}.");

    public string? Cursor() => Checked(
        "cursor", text => text.Length is > 0 and <= ApiLimits.CursorLength && text.All(char.IsAscii), FieldCodes.InvalidCursor,
        "A cursor is what an earlier answer gave as next.");

    public string? Search(string name) => Checked(
        name, text => text.Length is > 0 and <= ApiLimits.SearchLength && Texts.Refuse(text) is null && !string.IsNullOrWhiteSpace(text),
        FieldCodes.InvalidText, $"1 to {ApiLimits.SearchLength} characters, no control characters.");

    public string? OneOf(string name, IReadOnlyList<string> values) =>
        Checked(name, values.Contains, FieldCodes.UnknownValue, $"One of {string.Join(", ", values)}.");

    public DateOnly? Day(string name)
    {
        var text = Checked(name, value => Texts.TryParseDay(value, out _), FieldCodes.InvalidTime, "A day, like 2010-12-01.");
        return text is not null && Texts.TryParseDay(text, out var day) ? day : null;
    }

    /// <summary>A moment: a time with offset, or a day, which stands for its beginning in UTC.</summary>
    public DateTimeOffset? Time(string name)
    {
        // A plus sign that was not escaped arrives as a space; a time holds no other.
        if (Find(name)?.Replace(' ', '+') is not { } text)
            return null;
        if (Texts.TryParseTime(text, out var time))
            return time;
        if (Texts.TryParseDay(text, out var day))
            return new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        Add(name, FieldCodes.InvalidTime, "ISO 8601 with an offset, like 2010-12-01T08:26:00Z, or a day, like 2010-12-01.");
        return null;
    }

    private string? Checked(string name, Func<string, bool> isGood, string code, string detail)
    {
        if (Find(name) is not { } text)
            return null;
        if (isGood(text))
            return text;
        Add(name, code, detail);
        return null;
    }

    private string? Find(string name) => _values.TryGetValue(name, out var value) && value.Count > 0 ? value[0] : null;

    private static string Names(IReadOnlyList<QueryParameter> known) =>
        known.Count == 0 ? "no parameters here" : string.Join(", ", known.Select(parameter => parameter.Name));
}
