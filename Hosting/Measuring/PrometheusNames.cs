using System.Collections.Concurrent;

namespace OrleansOrders.Hosting.Measuring;

/// <summary>What an instrument is called in Prometheus: dots become underscores, the unit is said last, and a counter ends in <c>_total</c>.</summary>
public static class PrometheusNames
{
    private static readonly ConcurrentDictionary<(string, string, bool), string> Known = new();

    /// <param name="unit">As the instrument has it; one in braces only says what is counted.</param>
    public static string Of(string instrument, string unit, bool isCounter) => Known.GetOrAdd((instrument, unit, isCounter), Make);

    /// <summary>A name that Prometheus takes.</summary>
    public static string Sanitize(string name) =>
        string.Create(name.Length, name, static (letters, from) =>
        {
            for (var i = 0; i < letters.Length; i++)
                letters[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        });

    private static string Make((string Instrument, string Unit, bool IsCounter) of)
    {
        var unit = of.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var name = Sanitize(of.Instrument);
        return (name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit) + (of.IsCounter ? "_total" : "");
    }
}
