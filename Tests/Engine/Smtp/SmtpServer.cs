using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OrleansOrders.Tests.Engine.Smtp;

/// <summary>One mail as it was taken.</summary>
/// <param name="Text">Headers and body, as they came, without the dot at the end.</param>
public sealed record TakenMail(string Sender, string Recipient, string Text)
{
    public string Header(string name) => Text.Split("\r\n\r\n")[0].Replace("\r\n ", "\n ", StringComparison.Ordinal).Split("\r\n")
        .Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];

    public string Body => Encoding.UTF8.GetString(Convert.FromBase64String(Text.Split("\r\n\r\n")[1].ReplaceLineEndings("")));
}

/// <summary>A mail server on a port of its own that speaks SMTP over TCP, with or without TLS, and fails as a test says.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    public const string User = "shop", Password = "secret";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentBag<Task> conversations = [];
    private readonly ConcurrentQueue<TakenMail> taken = [];
    private readonly Task accepting;
    private readonly bool encryptedAtOnce;
    private X509Certificate2? certificate;

    public SmtpServer(bool withTls = false, bool encryptedAtOnce = false)
    {
        this.encryptedAtOnce = encryptedAtOnce;
        if (withTls)
            certificate = SelfSigned();
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public IReadOnlyList<TakenMail> Taken => [.. taken];

    /// <summary>Whether the client had encrypted when it said who it is.</summary>
    public bool WasEncrypted { get; private set; }

    /// <summary>Answers instead of the usual one, by the verb; <c>.</c> is the end of a message. Null: as usual, "": hangs up, "hang": never.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    /// <summary>Takes the message, and hangs up instead of saying so.</summary>
    public bool CutsAfterData { get; set; }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting.ContinueWith(_ => { }, TaskScheduler.Default);
        await Task.WhenAll(conversations);
        certificate?.Dispose();
    }

    private async Task Accept()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(stopping.Token);
            conversations.Add(Task.Run(() => Converse(client)));
        }
    }

    private async Task Converse(TcpClient client)
    {
        using (client)
        {
            try
            {
                await new Conversation(this, client.GetStream()).Run(stopping.Token);
            }
            catch (Exception broken) when (broken is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class Conversation(SmtpServer server, Stream stream)
    {
        private readonly StringBuilder line = new();
        private string sender = "";
        private string recipient = "";
        private bool encrypted;

        public async Task Run(CancellationToken cancellation)
        {
            if (server.encryptedAtOnce)
                await Encrypt(cancellation);
            if (!await Say("greeting", "220 mail.test ready", cancellation))
                return;
            while (await ReadLine(cancellation) is { } said)
            {
                var verb = said.Split(' ', ':')[0].ToUpperInvariant();
                if (!await Say(verb, Reply(verb, said), cancellation) || verb == "QUIT")
                    return;
                if (verb == "STARTTLS")
                    await Encrypt(cancellation);
                if (verb == "DATA" && server.Answer("DATA") is null && !await Take(cancellation))
                    return;
            }
        }

        private string Reply(string verb, string said)
        {
            switch (verb)
            {
                case "EHLO":
                    server.WasEncrypted = encrypted;
                    return $"250-mail.test{(server.certificate is not null && !encrypted ? "\r\n250-STARTTLS" : "")}\r\n250 AUTH LOGIN PLAIN";
                case "STARTTLS":
                    return "220 go ahead";
                case "AUTH":
                    return said == $"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{User}\0{Password}"))}" ? "235 2.7.0 welcome" : "535 5.7.8 who are you, zoe@example.com?";
                case "MAIL":
                    sender = said["MAIL FROM:<".Length..^1];
                    return "250 2.1.0 ok";
                case "RCPT":
                    recipient = said["RCPT TO:<".Length..^1];
                    return "250 2.1.5 ok";
                case "DATA":
                    return "354 go on";
                case "QUIT":
                    return "221 bye";
                default:
                    return "502 5.5.2 unknown";
            }
        }

        private async Task<bool> Take(CancellationToken cancellation)
        {
            var text = new StringBuilder();
            for (var said = await ReadLine(cancellation); said != "."; said = await ReadLine(cancellation))
            {
                if (said is null)
                    return false;
                text.Append(said.StartsWith('.') ? said[1..] : said).Append("\r\n");
            }
            if (server.Answer(".") is null || server.CutsAfterData)
                server.taken.Enqueue(new TakenMail(sender, recipient, text.ToString()));
            return !server.CutsAfterData && await Say(".", "250 2.0.0 taken", cancellation);
        }

        /// <returns>False when it hung up instead.</returns>
        private async Task<bool> Say(string verb, string usual, CancellationToken cancellation)
        {
            var reply = server.Answer(verb) ?? usual;
            if (reply == "hang")
                await Task.Delay(Timeout.Infinite, cancellation);
            if (reply.Length == 0)
                return false;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), cancellation);
            return true;
        }

        private async Task<string?> ReadLine(CancellationToken cancellation)
        {
            var letter = new byte[1];
            for (line.Clear(); await stream.ReadAsync(letter, cancellation) == 1; line.Append((char)letter[0]))
            {
                if (letter[0] == '\n')
                    return line.ToString().TrimEnd('\r');
            }
            return null;
        }

        private async Task Encrypt(CancellationToken cancellation)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.certificate }, cancellation);
            (stream, encrypted) = (tls, true);
        }
    }
}
