using System.Security.Cryptography;
using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Hosting;

/// <summary>A PostgreSQL that is reached over the network: encrypted, and only when it is the right one.</summary>
public sealed class DatabaseTlsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    // Addresses of this machine that no other server's tests use, so that the port can be the usual one.
    private readonly string _host = $"127.{RandomNumberGenerator.GetInt32(1, 255)}.{RandomNumberGenerator.GetInt32(1, 255)}.1";
    private TestAuthority _authority = null!;
    private PrivatePostgres _server = null!;

    public async Task InitializeAsync()
    {
        _authority = new TestAuthority(_folder.Path, "authority");
        var (certificate, key) = _authority.Issue(_host);
        await (await ServerUser.Choose("", default)).Own(key, default);
        _server = await PrivatePostgres.Start(
            new PrivatePostgresOptions(_folder.Below("data"))
            {
                Durable = false,
                Settings =
                [
                    $"listen_addresses = '{_host}, {OtherHost}'", "ssl = on", $"ssl_cert_file = '{certificate}'", $"ssl_key_file = '{key}'",
                ],
            }, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_role_connects_with_tls_to_the_server_that_it_was_told_and_to_no_other()
    {
        var trusted = Address(_host, _authority.Certificate);
        await using (var owner = NpgsqlDataSource.Create(trusted))
            await Schema.Apply(owner, default);
        var connections = await new DatabaseLogins(trusted).Find(default);
        await using var watcher = NpgsqlDataSource.Create(_server.ConnectionString);
        foreach (var connection in new[] { connections.Writer, connections.Projector, connections.Publisher, connections.Reader })
        {
            await using var opened = new NpgsqlConnection(connection);
            await opened.OpenAsync();
            await using var ask = watcher.CreateCommand("select ssl and version >= 'TLSv1.2' from pg_stat_ssl where pid = $1");
            ask.Parameters.AddWithValue(opened.ProcessID);
            Assert.True((bool)(await ask.ExecuteScalarAsync())!);
        }

        using var stranger = new TestAuthority(_folder.Path, "stranger");
        foreach (var wrong in new[] { Address(OtherHost, _authority.Certificate), Address(_host, stranger.Certificate) })
        {
            await using var orders = OrdersProcess.Start(["migrate"], (DatabaseAddress.Variable, wrong));
            Assert.Equal(ExitCodes.Unreachable, await orders.WaitForExit());
            var line = Assert.Single(orders.Error);
            Assert.StartsWith("orders: The database's certificate is not accepted", line, StringComparison.Ordinal);
            Assert.Contains("Root Certificate", line, StringComparison.Ordinal);
        }
    }

    // The same server, by a name that its certificate does not hold.
    private string OtherHost => _host[..^1] + "2";

    private string Address(string host, string authority) => new NpgsqlConnectionStringBuilder(_server.ConnectionString)
    {
        Host = host, SslMode = SslMode.VerifyFull, RootCertificate = authority, Pooling = false,
    }.ConnectionString;
}
