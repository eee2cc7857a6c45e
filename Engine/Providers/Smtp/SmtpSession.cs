using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace OrleansOrders.Engine.Providers.Smtp;

/// <summary>One conversation with a mail server (RFC 5321): opened, encrypted and introduced; commands and their answers.</summary>
internal sealed class SmtpSession : IAsyncDisposable
{
    private const int LongestLine = 4_096;
    private const int MostLines = 200;

    private readonly SmtpOptions options;
    private readonly TcpClient client;
    private readonly byte[] buffer = new byte[4_096];
    private Stream stream = Stream.Null;
    private int from;
    private int until;

    private SmtpSession(SmtpOptions options, TcpClient client) => (this.options, this.client) = (options, client);

    /// <summary>Connects and says who is there.</summary>
    /// <exception cref="SmtpException">It did not get as far as a message.</exception>
    public static async Task<SmtpSession> Open(SmtpOptions options, CancellationToken cancellation)
    {
        var session = new SmtpSession(options, new TcpClient());
        try
        {
            await session.Connect(cancellation);
            var greeting = await session.Introduce(cancellation);
            if (options.Security == SmtpSecurity.StartTls)
                greeting = await session.StartTls(greeting, cancellation);
            if (options.User is not null)
                await session.Authenticate(greeting, cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one line and reads the answer, whatever it is.</summary>
    public async Task<SmtpReply> Send(string line, CancellationToken cancellation)
    {
        using var limit = Limit(cancellation);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), limit.Token);
            await stream.FlushAsync(limit.Token);
            return await ReadReply(limit.Token);
        }
        catch (Exception failure) when (IsBroken(failure, cancellation))
        {
            throw new SmtpException($"The mail server broke off: {Reason(failure)}.", failure);
        }
    }

    /// <summary>Says good-bye without waiting for the answer, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await stream.WriteAsync("QUIT\r\n"u8.ToArray(), limit.Token);
            await stream.FlushAsync(limit.Token);
        }
        catch (Exception)
        {
            // Whoever hung up, or was not whom we meant, needs no good-bye; what went wrong before is what counts.
        }
        await stream.DisposeAsync();
        client.Dispose();
    }

    private async Task Connect(CancellationToken cancellation)
    {
        using var limit = Limit(cancellation);
        try
        {
            await client.ConnectAsync(options.Host, options.Port, limit.Token);
            client.NoDelay = true;
            stream = client.GetStream();
            if (options.Security == SmtpSecurity.Tls)
                await Encrypt(limit.Token);
            Expect(await ReadReply(limit.Token), "the greeting");
        }
        catch (Exception failure) when (IsBroken(failure, cancellation))
        {
            throw new SmtpException($"The mail server {options.Host}:{options.Port} cannot be reached: {Reason(failure)}.", failure);
        }
    }

    private async Task<SmtpReply> Introduce(CancellationToken cancellation) =>
        Expect(await Send($"EHLO {options.From[(options.From.IndexOf('@', StringComparison.Ordinal) + 1)..]}", cancellation), "EHLO");

    private async Task<SmtpReply> StartTls(SmtpReply greeting, CancellationToken cancellation)
    {
        if (greeting.FindExtension("STARTTLS") is null)
            throw new SmtpException("The mail server does not offer STARTTLS; nothing is sent in the clear unless ORDERS_SMTP_TLS says none.");
        Expect(await Send("STARTTLS", cancellation), "STARTTLS");
        if (from != until)
            throw new SmtpException("The mail server said more than it may before encryption.");
        using var limit = Limit(cancellation);
        try
        {
            await Encrypt(limit.Token);
        }
        catch (Exception failure) when (IsBroken(failure, cancellation))
        {
            throw new SmtpException($"The connection could not be encrypted: {Reason(failure)}.", failure);
        }
        return await Introduce(cancellation);
    }

    private async Task Encrypt(CancellationToken cancellation)
    {
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = options.Host, RemoteCertificateValidationCallback = options.AcceptCertificate }, cancellation);
    }

    private async Task Authenticate(SmtpReply greeting, CancellationToken cancellation)
    {
        if (options.Security == SmtpSecurity.None)
            throw new SmtpException("A password is not sent in the clear.");
        var offered = (greeting.FindExtension("AUTH") ?? "").Split(' ');
        if (offered.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            Expect(await Send($"AUTH PLAIN {Base64($"\0{options.User}\0{options.Password}")}", cancellation), "AUTH");
            return;
        }
        Expect(await Send("AUTH LOGIN", cancellation), "AUTH");
        Expect(await Send(Base64(options.User!), cancellation), "AUTH");
        Expect(await Send(Base64(options.Password ?? ""), cancellation), "AUTH");
    }

    private async Task<SmtpReply> ReadReply(CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            var line = await ReadLine(cancellation);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                break;
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
                return new SmtpReply(code, lines);
        }
        throw new IOException("it does not speak SMTP");
    }

    private async Task<string> ReadLine(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (line.Length < LongestLine)
        {
            if (from == until)
            {
                (from, until) = (0, await stream.ReadAsync(buffer, cancellation));
                if (until == 0)
                    throw new IOException("it closed the connection");
            }
            var letter = (char)buffer[from++];
            if (letter == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append(letter);
        }
        throw new IOException("its answer has no end");
    }

    private static SmtpReply Expect(SmtpReply reply, string at) => reply.IsGood
        ? reply
        : throw new SmtpException($"The mail server answered {reply.Numbers} to {at}.");

    private CancellationTokenSource Limit(CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.ReplyTimeout);
        return limit;
    }

    private static bool IsBroken(Exception failure, CancellationToken cancellation) => !cancellation.IsCancellationRequested
        && failure is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException;

    private string Reason(Exception failure) =>
        failure is OperationCanceledException ? $"no answer within {options.ReplyTimeout.TotalSeconds:0.#} s" : failure.Message.TrimEnd('.');

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
