using System.Text.RegularExpressions;

namespace OrleansOrders.Engine.Providers.Smtp;

/// <summary>What the server answered.</summary>
/// <param name="Lines">Without the code.</param>
internal sealed partial record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    public bool IsGood => Code is >= 200 and < 400;

    /// <summary>5xx: the same request will not be taken later either.</summary>
    public bool IsFinal => Code is >= 500 and < 600;

    /// <summary>The numbers only, <c>550 5.1.1</c>: the words may quote an address.</summary>
    public string Numbers => Enhanced().Match(Lines[0]) is { Success: true } match ? $"{Code} {match.Value}" : $"{Code}";

    /// <summary>Whether the server's greeting names the extension, and what follows its name.</summary>
    public string? FindExtension(string name) => Lines.Skip(1)
        .Where(line => line.Equals(name, StringComparison.OrdinalIgnoreCase) || line.StartsWith(name + " ", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[name.Length..].Trim()).FirstOrDefault();

    [GeneratedRegex(@"^[245]\.\d{1,3}\.\d{1,3}\b")]
    private static partial Regex Enhanced();
}
