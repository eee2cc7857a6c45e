using System.Net;
using System.Net.Sockets;

namespace OrleansOrders.Tests.Browser.Support;

/// <summary>A network between the browser and the server, which can be cut and mended.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _open = [];
    private readonly Task _accepting;
    private bool _isCut;

    public Relay(Uri server)
    {
        _server = server;
        _listener.Start();
        _accepting = Task.Run(Accept);
    }

    public Uri Url => new($"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Breaks what is connected; what connects is hung up on.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _isCut = true;
            _open.ForEach(client => client.Close());
            _open.Clear();
        }
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        await _accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Join(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private async Task Join(TcpClient client)
    {
        var server = new TcpClient();
        try
        {
            lock (_gate)
            {
                if (_isCut)
                {
                    client.Close();
                    return;
                }
                _open.Add(client);
                _open.Add(server);
            }
            await server.ConnectAsync("127.0.0.1", _server.Port);
            await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of both sides has hung up.
        }
        finally
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
