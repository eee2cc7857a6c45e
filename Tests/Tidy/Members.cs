using System.Text;
using System.Text.RegularExpressions;

namespace OrleansOrders.Tests.Tidy;

/// <summary>A method, constructor or property with a body; not a value, however long.</summary>
/// <param name="Line">Of its first token, 1 is the file's first.</param>
public sealed record Member(string Header, int Line, int Lines);

/// <summary>A type or a member, with a body or without.</summary>
/// <param name="Holder">The declaration of the type that it is in; empty for what stands in the file itself.</param>
/// <param name="Text">Without attributes; of a type what comes before its brace.</param>
public sealed record Declaration(string Holder, string Text, int Line);

/// <summary>
/// Finds the members of the types of a C# file by their braces. Bodies of types are looked into; everything else between
/// braces is skipped, so local functions and lambdas count as part of the member that holds them.
/// </summary>
public sealed partial class Members
{
    private readonly string code;
    private readonly List<Member> found = [];
    private readonly List<Declaration> declared = [];
    private int at;

    private Members(string code) => this.code = code;

    public static IReadOnlyList<Member> Of(string source) => Read(source).found;

    public static IReadOnlyList<Declaration> DeclaredIn(string source) => Read(source).declared;

    private static Members Read(string source)
    {
        var members = new Members(CSharpText.CodeOf(source));
        members.ReadBody("");
        return members;
    }

    // A file, a namespace or a type: members one after another, up to the closing brace.
    private void ReadBody(string holder)
    {
        var (start, depth) = (at, 0);
        for (; at < code.Length; at++)
        {
            switch (code[at])
            {
                case '(' or '[':
                    depth++;
                    break;
                case ')' or ']':
                    depth--;
                    break;
                case '{' when depth == 0 && HoldsMembers().IsMatch(HeaderFrom(start)):
                    var type = HeaderFrom(start);
                    declared.Add(new Declaration(holder, type, LineOf(start)));
                    at++;
                    ReadBody(type);
                    start = at + 1;
                    break;
                case '{':
                    SkipBlock();
                    if (depth > 0 || ContinuesAfterBlock(start))
                        break;
                    Add(holder, start, at);
                    start = at + 1;
                    break;
                case ';' when depth == 0:
                    Add(holder, start, at);
                    start = at + 1;
                    break;
                case '}' when depth == 0:
                    return;
            }
        }
    }

    // A field's value, an expression body or a property's initial value goes on to its semicolon.
    private bool ContinuesAfterBlock(int start) =>
        TopLevelAssignment().IsMatch(WithoutParentheses(code[start..(at + 1)])) || Rest().TrimStart() is ['=', ..] or [';', ..];

    private string Rest() => code[(at + 1)..Math.Min(at + 200, code.Length)];

    private void SkipBlock()
    {
        for (var depth = 0; at < code.Length; at++)
        {
            depth += code[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
                return;
        }
    }

    private string HeaderFrom(int start) => LeadingAttributes().Replace(code[start..at], "").Trim();

    private int LineOf(int start) => code.AsSpan(0, start).Count('\n') + 1;

    private void Add(string holder, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(code[start]))
            start++;
        var text = code[start..Math.Min(end + 1, code.Length)];
        declared.Add(new Declaration(holder, LeadingAttributes().Replace(text, "").Trim(), LineOf(start)));
        if (!Value().IsMatch(WithoutParentheses(text)) && (text.Contains('{') || text.Contains("=>", StringComparison.Ordinal)))
            found.Add(new Member(text.Split('\n')[0].Trim(), LineOf(start), text.Count(letter => letter == '\n') + 1));
    }

    // Parameters may have default values and generic arguments; neither says what the member is.
    private static string WithoutParentheses(string text)
    {
        var flat = new StringBuilder(text.Length);
        var depth = 0;
        foreach (var letter in Operator().Replace(text, "operator"))
        {
            depth -= letter is ')' or ']' ? 1 : 0;
            if (depth == 0)
                flat.Append(letter);
            depth += letter is '(' or '[' ? 1 : 0;
        }
        return flat.ToString();
    }

    [GeneratedRegex(@"^(namespace\b|((public|internal|private|protected|static|sealed|abstract|partial|readonly|ref|file|new)\s+)*(class|struct|interface|record(\s+(class|struct))?)\s+\w)")]
    private static partial Regex HoldsMembers();

    // The name of an operator may hold an equals sign.
    [GeneratedRegex(@"\boperator\s*[^\s(]+")]
    private static partial Regex Operator();

    [GeneratedRegex(@"^(\s*\[[^\]]*\])+")]
    private static partial Regex LeadingAttributes();

    // A field with a value, or a property that only holds one: a table may be long.
    [GeneratedRegex(@"^[^={]*(\{[^{}]*\}\s*)?=(?!>)")]
    private static partial Regex Value();

    [GeneratedRegex(@"^[^{]*=")]
    private static partial Regex TopLevelAssignment();
}
