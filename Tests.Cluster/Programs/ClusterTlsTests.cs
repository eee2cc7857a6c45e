using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Npgsql;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Programs;

/// <summary>A silo and a gateway that know each other by certificates, as users of one role each, and with secrets in files.</summary>
public sealed class ClusterTlsTests : IAsyncLifetime
{
    private const string Mark = "hush-hush";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private TestAuthority _authority = null!;
    private FencedDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _authority = new TestAuthority(_folder.Path, "cluster");
        _database = await FencedDatabase.Create();
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task They_work_together_refuse_whoever_has_no_certificate_and_show_no_secret()
    {
        var seen = new StringBuilder();
        (string, string)[] database = [.. await DatabaseSettings()];
        await using (var silo = OrdersProcess.StartProgram(
            "orders-silo", ["--silo-port", "0", "--gateway-port", "0", "--http-port", "0", "--dashboard-port", "0"],
            [.. database, .. Tls("silo"), .. Verbose(), ("ORDERS_DASHBOARD_PASSWORD_FILE", Secret("dashboard"))]))
        await using (var gateway = OrdersProcess.StartProgram("orders-gateway", ["--port", "0"], [.. database, .. Tls("gateway"), .. Verbose()]))
        {
            var ready = await Programs.Ready(silo);
            using var client = new HttpClient { BaseAddress = new Uri((await Programs.Ready(gateway)).GetProperty("url").GetString()!) };
            await Eventually.True(async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode, TimeSpan.FromSeconds(60));
            seen.Append(await Sell(client));
            foreach (var port in new[] { "silo", "gateway" }.Select(name => IPEndPoint.Parse(ready.GetProperty(name).GetString()!)))
            {
                using var stranger = new TestAuthority(_folder.Path, $"stranger-{port.Port}");
                Assert.False(await IsHungUpOn(port, _authority.Issue("visitor"), TimeSpan.FromSeconds(2)), "A certificate of the authority was refused.");
                Assert.True(await IsHungUpOn(port, stranger.Issue("visitor"), Patience), "A certificate of another authority was accepted.");
                Assert.True(await IsHungUpOn(port, null, Patience), "A peer without a certificate was accepted.");
                Assert.False(await IsPlainTextAnswered(port), "A peer that spoke in the clear was answered.");
            }
            foreach (var program in new[] { silo, gateway })
            {
                seen.Append(await File.ReadAllTextAsync($"/proc/{program.Id}/cmdline"));
                await program.Terminate();
                seen.AppendJoin('\n', program.Output).AppendJoin('\n', program.Error);
                Assert.True(program.Error.Count > 20, "The log was to be as verbose as it can be.");
            }
        }
        Assert.DoesNotContain(Mark, seen.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("PRIVATE KEY", seen.ToString(), StringComparison.Ordinal);
    }

    private static (string, string)[] Verbose() => [("ORDERS_LOG_LEVEL", "trace"), ("ORDERS_DEBUG", "1")];

    private static async Task<string> Sell(HttpClient client)
    {
        using var stock = new HttpRequestMessage(HttpMethod.Post, "/v1/stock/tea/receipts") { Content = JsonContent.Create(new { quantity = 10 }) };
        stock.Headers.Add("Idempotency-Key", "stock");
        using var received = await client.SendAsync(stock);
        Assert.Equal(HttpStatusCode.OK, received.StatusCode);
        using var order = new HttpRequestMessage(HttpMethod.Post, "/v1/orders")
        {
            Content = JsonContent.Create(new { customerId = "ada", currency = "GBP", paymentMethod = "pm_ok", lines = new[] { new { sku = "tea", quantity = 1, unitPrice = 450 } } }),
        };
        order.Headers.Add("Idempotency-Key", "order");
        using var placed = await client.SendAsync(order);
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        await Eventually.True(
            async () => (await client.GetStringAsync("/v1/orders?status=confirmed")).Contains("ada", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        using var metrics = await client.GetAsync("/metrics");
        return $"{placed.Headers}{await placed.Content.ReadAsStringAsync()}{await metrics.Content.ReadAsStringAsync()}";
    }

    /// <summary>Whether the other side ends the connection, at once or after it has seen the certificate.</summary>
    private static async Task<bool> IsHungUpOn(IPEndPoint port, (string Certificate, string Key)? own, TimeSpan patience)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(port);
        var certificates = own is { } files ? new X509Certificate2Collection(X509Certificate2.CreateFromPemFile(files.Certificate, files.Key)) : [];
        try
        {
            await using var stream = new SslStream(socket.GetStream());
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "orders-silo", ClientCertificates = certificates,
                // Whoever asks here only looks at how it is answered itself.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            });
            // With TLS 1.3 the refusal comes after the handshake. Who is taken is waited for: it has to speak first.
            using var limit = new CancellationTokenSource(patience);
            return await stream.ReadAsync(new byte[1], limit.Token) == 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return true;
        }
    }

    private static async Task<bool> IsPlainTextAnswered(IPEndPoint port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(port);
        try
        {
            // As an Orleans client begins: the length of what it says of itself.
            await socket.GetStream().WriteAsync(new byte[] { 4, 0, 0, 0, 1, 2, 3, 4 });
            using var limit = new CancellationTokenSource(Patience);
            var reply = new byte[64];
            var length = await socket.GetStream().ReadAsync(reply, limit.Token);
            // TLS may say why, in an alert, before it hangs up.
            return length > 0 && reply[0] != 21;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<(string, string)>> DatabaseSettings()
    {
        var settings = new List<(string, string)>();
        foreach (var role in new[] { RoleNames.Writer, RoleNames.Projector, RoleNames.Publisher, RoleNames.Reader })
        {
            await using var connection = await _database.ConnectAsUserOf(role);
            var own = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Password = $"{Mark}-{role}", Options = "", Pooling = true };
            File.WriteAllText(_folder.Below(role), own.ConnectionString);
            settings.Add(($"{DatabaseLogins.VariableOf(role)}_FILE", _folder.Below(role)));
        }
        return settings;
    }

    private (string, string)[] Tls(string program)
    {
        var (certificate, key) = _authority.Issue(program);
        return
        [
            (ClusterTls.CertificateVariable, certificate), (ClusterTls.KeyVariable, key), (ClusterTls.AuthorityVariable, _authority.Certificate),
        ];
    }

    private string Secret(string name)
    {
        File.WriteAllText(_folder.Below(name), $"{Mark}-{name}-password\n");
        return _folder.Below(name);
    }
}
