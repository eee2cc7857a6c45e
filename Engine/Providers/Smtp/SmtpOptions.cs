using System.Net.Security;

namespace OrleansOrders.Engine.Providers.Smtp;

/// <summary>How the connection to the mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>Not at all: a relay on this machine or network. No password is sent over it.</summary>
    None,

    /// <summary>Begins in the clear and is encrypted before anything is said; refused where the server cannot.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte.</summary>
    Tls,
}

/// <summary>The mail server, and who writes.</summary>
/// <param name="Host">Its name, which its certificate must hold.</param>
/// <param name="From">The sender's address, without a name: <c>shop@example.com</c>.</param>
public sealed record SmtpOptions(string Host, int Port, string From)
{
    /// <summary>Default: <see cref="SmtpSecurity.StartTls"/>.</summary>
    public SmtpSecurity Security { get; init; } = SmtpSecurity.StartTls;

    /// <summary>Null: the server asks for none.</summary>
    public string? User { get; init; }

    /// <summary>Goes with <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <summary>How long the server may take over one answer. Default 10 s.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Decides about the server's certificate. Null, the default: as the platform does.</summary>
    public RemoteCertificateValidationCallback? AcceptCertificate { get; init; }
}
