using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace OrleansOrders.Tests.Support;

/// <summary>
/// Stands between a client and PostgreSQL and loses what it is told to lose. The real server commits or does not; only
/// the news of it goes missing, as on a real network.
/// </summary>
internal sealed class TestDatabaseProxy : IAsyncDisposable
{
    private enum Loss
    {
        None,
        Statement,
        Reply,
        StatementForNow,
    }

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly EndPoint _server;
    private readonly List<Connection> _connections = [];
    private readonly Task _accepting;
    private Loss _next;
    private Connection? _delayed;
    private bool _refuses;

    public TestDatabaseProxy(string connectionString)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        _server = target.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint($"{target.Host}/.s.PGSQL.{target.Port}")
            : new DnsEndPoint(target.Host, target.Port);
        _listener.Start();
        target.Host = "127.0.0.1";
        target.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        target.SslMode = SslMode.Disable;
        ConnectionString = target.ConnectionString;
        _accepting = Task.Run(Accept);
    }

    public string ConnectionString { get; }

    /// <summary>Run once, before the next connection is let through: what happens while the client does not know.</summary>
    public Func<Task>? BeforeNextConnection { get; set; }

    /// <summary>The next statement never reaches the server; the connection is closed.</summary>
    public void LoseNextStatement() => _next = Loss.Statement;

    /// <summary>The next statement is executed and committed; the connection is closed instead of its reply.</summary>
    public void LoseNextReply() => _next = Loss.Reply;

    /// <summary>The connection is closed, and the next statement reaches the server only at <see cref="DeliverDelayed"/>.</summary>
    public void DelayNextStatement() => _next = Loss.StatementForNow;

    /// <summary>From now on, connections are closed as soon as they are made.</summary>
    public void RefuseConnections() => _refuses = true;

    public void AcceptConnections() => _refuses = false;

    /// <summary>The server is away: connections break, and no other is made until <see cref="AcceptConnections"/>.</summary>
    public void GoDown()
    {
        RefuseConnections();
        foreach (var connection in _connections.ToList())
            connection.Dispose();
    }

    /// <summary>Lets the delayed statement arrive, and returns when the server has answered it.</summary>
    public Task DeliverDelayed() => _delayed!.Deliver();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        _connections.ForEach(connection => connection.Dispose());
    }

    private async Task Accept()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            if (_refuses)
            {
                client.Dispose();
                continue;
            }
            if (BeforeNextConnection is { } action)
            {
                BeforeNextConnection = null;
                await action();
            }
            var connection = new Connection(this, client, _server);
            _connections.Add(connection);
            _ = connection.Serve();
        }
    }

    private sealed class Connection(TestDatabaseProxy proxy, Socket client, EndPoint target) : IDisposable
    {
        private readonly Socket _server = target is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);

        private Task _replies = Task.CompletedTask;
        private byte[] _delayed = [];
        private volatile bool _losesReply;

        public async Task Serve()
        {
            await _server.ConnectAsync(target);
            _replies = ForwardReplies();
            await Task.WhenAny(ForwardStatements(), _replies);
            client.Dispose();
            if (proxy._delayed != this)
                _server.Dispose();
        }

        public async Task Deliver()
        {
            await _server.SendAsync(_delayed);
            await Assert.ThrowsAnyAsync<Exception>(() => _replies);
        }

        public void Dispose()
        {
            client.Dispose();
            _server.Dispose();
        }

        private async Task ForwardReplies()
        {
            var buffer = new byte[64 * 1024];
            while (await _server.ReceiveAsync(buffer) is > 0 and var length && !_losesReply)
                await client.SendAsync(buffer.AsMemory(0, length));
        }

        private async Task ForwardStatements()
        {
            var buffer = new byte[64 * 1024];
            while (await client.ReceiveAsync(buffer) is > 0 and var length)
            {
                var loss = proxy._next;
                proxy._next = Loss.None;
                _losesReply |= loss == Loss.Reply;
                if (loss == Loss.StatementForNow)
                {
                    _delayed = buffer[..length];
                    proxy._delayed = this;
                }
                if (loss is Loss.Statement or Loss.StatementForNow)
                    return;
                await _server.SendAsync(buffer.AsMemory(0, length));
            }
        }
    }
}
