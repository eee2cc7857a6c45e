using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Confluent.Kafka;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka;

/// <summary>
/// Every kind of client that the product makes speaks TLS with the brokers, as far as their first request: the brokers of the
/// tests know no TLS themselves.
/// </summary>
public sealed class KafkaTlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _request = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly X509Certificate2 _certificate;
    private readonly Task _serving;

    public KafkaTlsTests()
    {
        _authority = new TestAuthority(_folder.Path, "authority");
        var (certificate, key) = _authority.Issue("localhost");
        _certificate = X509Certificate2.CreateFromPemFile(certificate, key);
        _listener.Start();
        _serving = Serve();
    }

    public static TheoryData<string> Kinds => ["producer", "consumer", "admin"];

    public void Dispose()
    {
        _listener.Dispose();
        _serving.Wait(TimeSpan.FromSeconds(10));
        _certificate.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_broker_of_the_named_authority_gets_a_request_through_tls(string kind)
    {
        using var client = Connect(kind, _authority.Certificate, _ => { });
        await _request.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_broker_of_another_authority_gets_none(string kind)
    {
        using var stranger = new TestAuthority(_folder.Path, "stranger");
        var errors = new ConcurrentQueue<string>();
        using var client = Connect(kind, stranger.Certificate, errors.Enqueue);
        await Eventually.True(() => errors.Any(error => error.Contains("certificate verify failed", StringComparison.Ordinal)), TimeSpan.FromSeconds(30));
        Assert.False(_request.Task.IsCompleted);
    }

    private IDisposable Connect(string kind, string authority, Action<string> fail)
    {
        var options = new KafkaOptions
        {
            BootstrapServers = $"localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}",
            Settings = KafkaOptions.ReadSettings(["security.protocol=ssl", $"ssl.ca.location={authority}", "broker.address.family=v4"]),
        };
        return kind switch
        {
            "producer" => new ProducerBuilder<Null, Null>(options.Configure(settings => new ProducerConfig(settings)))
                .SetErrorHandler((_, error) => fail(error.Reason)).SetLogHandler((_, line) => fail(line.Message)).Build(),
            "consumer" => Subscribed(new ConsumerBuilder<Ignore, Ignore>(options.Configure(settings => new ConsumerConfig(settings) { GroupId = "tls" }))
                .SetErrorHandler((_, error) => fail(error.Reason)).SetLogHandler((_, line) => fail(line.Message)).Build()),
            _ => new AdminClientBuilder(options.Configure(settings => new AdminClientConfig(settings)))
                .SetErrorHandler((_, error) => fail(error.Reason)).SetLogHandler((_, line) => fail(line.Message)).Build(),
        };
    }

    // A consumer speaks of its errors while it is asked for messages.
    private static IConsumer<Ignore, Ignore> Subscribed(IConsumer<Ignore, Ignore> consumer)
    {
        consumer.Subscribe("orders.order");
        consumer.Consume(TimeSpan.FromSeconds(1));
        return consumer;
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                using var peer = await _listener.AcceptTcpClientAsync();
                await Answer(peer);
            }
        }
        catch (Exception closed) when (closed is SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task Answer(TcpClient peer)
    {
        try
        {
            await using var stream = new SslStream(peer.GetStream());
            await stream.AuthenticateAsServerAsync(_certificate);
            if (await stream.ReadAsync(new byte[4]) > 0)
                _request.TrySetResult();
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            // It does not trust this certificate.
        }
    }
}
