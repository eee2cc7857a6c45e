using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansOrders.Cli;

/// <summary>Where a verb says what came of it: text for people, or one JSON object. Progress and errors go to <see cref="Error"/>.</summary>
public sealed class Terminal(bool json, TextWriter output, TextWriter error)
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public bool IsJson => json;

    public TextWriter Error => error;

    /// <summary>Prints the result, once.</summary>
    public void Print(object result, Action<TextWriter> readable)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(result, Camel));
        else
            readable(output);
        output.Flush();
    }

    public void Report(string line) => error.WriteLine(line);
}
