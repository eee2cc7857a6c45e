using System.Globalization;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Providers.Smtp;

namespace OrleansOrders.Hosting;

/// <summary>The mail server by which customers are told, as the environment says.</summary>
public static class SmtpSettings
{
    public const string Host = "ORDERS_SMTP_HOST";
    public const string Port = "ORDERS_SMTP_PORT";
    public const string Tls = "ORDERS_SMTP_TLS";
    public const string From = "ORDERS_SMTP_FROM";
    public const string User = "ORDERS_SMTP_USER";
    public const string Password = "ORDERS_SMTP_PASSWORD";

    /// <returns>Null when the environment names no mail server.</returns>
    /// <exception cref="Failure">A setting is wrong or missing.</exception>
    public static INotifier? CreateNotifier(TimeProvider time) =>
        Read(Environment.GetEnvironmentVariable) is { } options ? new SmtpNotifier(options, time) : null;

    /// <param name="variable">Gives a variable's value.</param>
    /// <returns>Null when there is no mail server.</returns>
    /// <exception cref="Failure">A setting is wrong or missing.</exception>
    public static SmtpOptions? Read(Func<string, string?> variable)
    {
        if (variable(Host) is not { Length: > 0 } host)
            return null;
        var security = (variable(Tls) ?? "").ToLowerInvariant() switch
        {
            "" or "starttls" => SmtpSecurity.StartTls,
            "tls" => SmtpSecurity.Tls,
            "none" => SmtpSecurity.None,
            _ => throw Wrong(Tls, "is starttls, tls or none"),
        };
        var user = variable(User) is { Length: > 0 } given ? given : null;
        if (user is not null && security == SmtpSecurity.None)
            throw Wrong(User, $"needs encryption: {Tls} must not be none");
        return new SmtpOptions(host, ReadPort(variable(Port), security), ReadFrom(variable(From)))
        {
            Security = security,
            User = user,
            Password = user is null ? null : ReadPassword(variable),
        };
    }

    private static int ReadPort(string? text, SmtpSecurity security)
    {
        if (string.IsNullOrEmpty(text))
            return security switch { SmtpSecurity.Tls => 465, SmtpSecurity.StartTls => 587, _ => 25 };
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535
            ? port
            : throw Wrong(Port, "is a number from 1 to 65535");
    }

    private static string ReadFrom(string? from) =>
        from is { Length: > 2 } && from.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < from.Length - 1
            && from.All(letter => letter is > ' ' and <= '~' and not '<' and not '>')
            ? from
            : throw Wrong(From, "is the sender's address, like shop@example.com");

    private static string ReadPassword(Func<string, string?> variable) => Secret.Read(Password, variable)
        ?? throw Wrong($"{Password}, or {Password}{Secret.FileEnding},", $"is needed for {User}");

    private static Failure Wrong(string name, string expected) => new(ExitCodes.BadInput, $"{name} {expected}.");
}
