using System.Text;

namespace OrleansOrders.Tests.Tidy;

/// <summary>C# without what only looks like code: comments, texts and characters become spaces, line ends stay.</summary>
public sealed class CSharpText
{
    private readonly string source;
    private readonly StringBuilder code;
    private int at;

    private CSharpText(string source)
    {
        this.source = source;
        code = new StringBuilder(source);
    }

    public static string CodeOf(string source)
    {
        var text = new CSharpText(source);
        text.ReadCode(isHole: false);
        return text.code.ToString();
    }

    // Inside the hole of an interpolated text this ends before the hole's closing brace.
    private void ReadCode(bool isHole)
    {
        for (var depth = 0; at < source.Length;)
        {
            if (Sees("//"))
                Blank(EndOf("\n", after: false));
            else if (Sees("/*"))
                Blank(EndOf("*/", after: true));
            else if (source[at] == '\'')
                Blank(EndOfCharacter());
            else if (source[at] is '"' or '$' or '@' && TextStart() is { } start)
                ReadText(start.Dollars, start.Quotes, start.IsVerbatim);
            else
            {
                if (isHole && source[at] == '}' && depth == 0)
                    return;
                depth += source[at] switch { '{' => 1, '}' => -1, _ => 0 };
                if (isHole)
                    code[at] = ' ';
                at++;
            }
        }
    }

    private (int Dollars, int Quotes, bool IsVerbatim)? TextStart()
    {
        var i = at;
        var (dollars, verbatim) = (0, false);
        for (; i < source.Length && source[i] is '$' or '@'; i++)
            (dollars, verbatim) = source[i] == '$' ? (dollars + 1, verbatim) : (dollars, true);
        var quotes = 0;
        while (i + quotes < source.Length && source[i + quotes] == '"')
            quotes++;
        if (quotes == 0)
            return null;
        return (dollars, verbatim || quotes < 3 ? 1 : quotes, verbatim);
    }

    private void ReadText(int dollars, int quotes, bool isVerbatim)
    {
        Blank(source.IndexOf('"', at) + quotes);
        var holeBraces = quotes >= 3 ? dollars : 1;
        while (at < source.Length)
        {
            if (quotes == 1 && !isVerbatim && source[at] == '\\')
                Blank(at + 2);
            else if (isVerbatim && Sees("\"\""))
                Blank(at + 2);
            else if (Sees(new string('"', quotes)))
            {
                Blank(at + quotes);
                return;
            }
            else if (dollars > 0 && quotes == 1 && (Sees("{{") || Sees("}}")))
                Blank(at + 2);
            else if (dollars > 0 && Sees(new string('{', holeBraces)))
                ReadHole(holeBraces);
            else
                Blank(at + 1);
        }
    }

    private void ReadHole(int braces)
    {
        Blank(at + braces);
        ReadCode(isHole: true);
        Blank(Math.Min(at + braces, source.Length));
    }

    private bool Sees(string text) => string.CompareOrdinal(source, at, text, 0, text.Length) == 0;

    private int EndOf(string text, bool after)
    {
        var found = source.IndexOf(text, at + 1, StringComparison.Ordinal);
        return found < 0 ? source.Length : after ? found + text.Length : found;
    }

    private int EndOfCharacter()
    {
        var end = at + 1;
        while (end < source.Length && source[end] is not ('\'' or '\n'))
            end += source[end] == '\\' ? 2 : 1;
        return Math.Min(end + 1, source.Length);
    }

    private void Blank(int end)
    {
        for (end = Math.Min(end, source.Length); at < end; at++)
        {
            if (source[at] != '\n')
                code[at] = ' ';
        }
    }
}
