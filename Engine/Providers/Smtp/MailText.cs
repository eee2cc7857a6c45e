using System.Globalization;
using System.Text;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Providers.Smtp;

/// <summary>A message as mail (RFC 5322, MIME): plain text in UTF-8, every line short, no letter that could end anything early.</summary>
internal static class MailText
{
    private const int LineWidth = 76;

    // 45 bytes are 60 letters, which with the marks around them stay below the 75 that one word may have.
    private const int WordBytes = 45;

    /// <summary>Follows from the event: whoever gets a message twice can know it.</summary>
    public static string MessageId(CustomerMessage message, string from) =>
        $"<{message.EventId}@{from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]}>";

    public static string Write(CustomerMessage message, string from, DateTimeOffset now)
    {
        var mail = new StringBuilder();
        Line(mail, $"Date: {now.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}");
        Line(mail, $"From: <{from}>");
        Line(mail, $"To: <{message.Email}>");
        Line(mail, $"Subject: {Word(message.Subject)}");
        Line(mail, $"Message-ID: {MessageId(message, from)}");
        Line(mail, "Auto-Submitted: auto-generated");
        Line(mail, "MIME-Version: 1.0");
        Line(mail, "Content-Type: text/plain; charset=utf-8");
        Line(mail, "Content-Transfer-Encoding: base64");
        Line(mail, "");
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(message.Text.ReplaceLineEndings("\r\n")));
        for (var at = 0; at < text.Length; at += LineWidth)
            Line(mail, text[at..Math.Min(at + LineWidth, text.Length)]);
        return mail.Append('.').ToString();
    }

    // Letters that a header may not hold as they are go as encoded words (RFC 2047).
    private static string Word(string text)
    {
        if (text.All(letter => letter is >= ' ' and <= '~') && text.Length <= LineWidth && !text.Contains("=?", StringComparison.Ordinal))
            return text;
        var words = new List<string>();
        var word = new List<byte>();
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            if (word.Count + length > WordBytes)
            {
                words.Add(Encoded(word));
                word.Clear();
            }
            word.AddRange(bytes[..length]);
        }
        words.Add(Encoded(word));
        return string.Join("\r\n ", words);
    }

    private static string Encoded(List<byte> word) => $"=?utf-8?B?{Convert.ToBase64String([.. word])}?=";

    private static void Line(StringBuilder mail, string line) => mail.Append(line).Append("\r\n");
}
