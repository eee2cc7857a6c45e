using System.CommandLine;
using System.Globalization;

namespace OrleansOrders.Hosting;

/// <summary>Something that a program is told on its command line, else by the environment, else takes as a matter of course.</summary>
public sealed class Setting
{
    private const int LongestName = 64;

    private readonly string variable;
    private readonly string standard;

    /// <param name="name">Of the option: <c>--http-port</c>.</param>
    /// <param name="variable">Of the environment: <c>ORDERS_HTTP_PORT</c>.</param>
    /// <param name="standard">Where neither says anything; may be empty.</param>
    public Setting(string name, string variable, string standard, string description)
    {
        this.variable = variable;
        this.standard = standard;
        Option = new Option<string?>(name)
        {
            Description = $"{description} Environment: {variable}.{(standard.Length == 0 ? "" : $" Default: {standard}")}",
            HelpName = name.TrimStart('-').Split('-')[^1],
        };
    }

    public Option<string?> Option { get; }

    public string Read(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is { } option)
            return option;
        return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : standard;
    }

    /// <exception cref="Failure">It is no number in the range.</exception>
    public int ReadNumber(ParseResult parsed, int least, int most) =>
        int.TryParse(Read(parsed), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong($"a number from {least} to {most}");

    /// <exception cref="Failure">It is no name.</exception>
    public string ReadName(ParseResult parsed)
    {
        var name = Read(parsed);
        return name.Length is > 0 and <= LongestName && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? name
            : throw Wrong($"a name of 1 to {LongestName} letters, digits, dashes, underscores and dots");
    }

    public Failure Wrong(string expected) => new(ExitCodes.BadInput, $"{Option.Name} (or {variable}) is {expected}.");
}
