using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace OrleansOrders.Tests.Faults;

/// <summary>
/// Stands between a client and PostgreSQL, knows just enough of the protocol to see a transaction's end, and cuts the
/// connection there: an append's statement is its own transaction, which commits at its Sync; others say COMMIT.
/// </summary>
internal sealed class CommitProxy : IAsyncDisposable
{
    public enum Cut
    {
        None,

        /// <summary>Everything has reached the server but the word that ends the transaction.</summary>
        BeforeCommit,

        /// <summary>The server has committed, and nobody hears of it.</summary>
        AfterCommit,
    }

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly EndPoint server;
    private readonly Task accepting;
    private int commits;
    private int cuts;
    private int every = 1;

    public CommitProxy(string connectionString)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        server = target.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint($"{target.Host}/.s.PGSQL.{target.Port}")
            : new DnsEndPoint(target.Host, target.Port);
        listener.Start();
        (target.Host, target.Port, target.SslMode) = ("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, SslMode.Disable);
        ConnectionString = target.ConnectionString;
        accepting = Accept();
    }

    public string ConnectionString { get; }

    /// <summary>Connections that were cut so far.</summary>
    public int Cuts => Volatile.Read(ref cuts);

    private Cut When { get; set; }

    /// <summary>From now on, each so many commits one is cut.</summary>
    public void CutEvery(int ofCommits, Cut when) => (every, When) = (ofCommits, when);

    public void LetThrough() => When = Cut.None;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
    }

    private Cut Decide()
    {
        if (When == Cut.None || Interlocked.Increment(ref commits) % every != 0)
            return Cut.None;
        Interlocked.Increment(ref cuts);
        return When;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = new Connection(this, await listener.AcceptSocketAsync()).Serve(server);
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The end.
        }
    }

    private sealed class Connection(CommitProxy proxy, Socket accepted)
    {
        private const int SslRequest = 80877103, EncryptionRequest = 80877104;

        private readonly HashSet<string> appends = new(StringComparer.Ordinal);
        private bool appending;
        private volatile bool losesReplies;

        public async Task Serve(EndPoint target)
        {
            using var upstream = target is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var downstream = accepted;
            try
            {
                accepted.NoDelay = true;
                await upstream.ConnectAsync(target);
                await using var server = new NetworkStream(upstream);
                await using var client = new NetworkStream(accepted);
                await Begin(client, server);
                await await Task.WhenAny(ForwardStatements(client, server), ForwardReplies(client, server));
            }
            catch (Exception ended) when (ended is IOException or SocketException or ObjectDisposedException)
            {
                // One of the two has gone; so does the other.
            }
        }

        // Before its first message a client may ask for encryption, which there is none of here.
        private static async Task Begin(NetworkStream client, NetworkStream server)
        {
            while (true)
            {
                var head = new byte[8];
                await client.ReadExactlyAsync(head);
                if (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) is SslRequest or EncryptionRequest)
                {
                    await client.WriteAsync("N"u8.ToArray());
                    continue;
                }
                var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(head) - 8];
                await client.ReadExactlyAsync(rest);
                await server.WriteAsync((byte[])[.. head, .. rest]);
                return;
            }
        }

        private async Task ForwardStatements(NetworkStream client, NetworkStream server)
        {
            while (true)
            {
                var message = await ReadMessage(client);
                var cut = EndsTransaction(message) ? proxy.Decide() : Cut.None;
                if (cut == Cut.BeforeCommit)
                    return;
                losesReplies |= cut == Cut.AfterCommit;
                await server.WriteAsync(message);
            }
        }

        private async Task ForwardReplies(NetworkStream client, NetworkStream server)
        {
            while (true)
            {
                var message = await ReadMessage(server);
                if (!losesReplies)
                    await client.WriteAsync(message);
                else if (message[0] == 'Z')
                    return;
            }
        }

        private bool EndsTransaction(byte[] message)
        {
            switch ((char)message[0])
            {
                case 'P' when Texts(message) is [var name, var statement, ..]:
                    _ = statement.Contains("append_batch(", StringComparison.Ordinal) ? appends.Add(name) : appends.Remove(name);
                    return false;
                case 'B' when Texts(message) is [_, var name, ..]:
                    appending |= appends.Contains(name);
                    return false;
                case 'Q':
                    return Texts(message)[0].StartsWith("COMMIT", StringComparison.OrdinalIgnoreCase);
                case 'S':
                    (var ends, appending) = (appending, false);
                    return ends;
                default:
                    return false;
            }
        }

        private static string[] Texts(byte[] message)
        {
            var head = message.AsSpan(5, Math.Min(message.Length - 5, 4096));
            return Encoding.UTF8.GetString(head).Split('\0', 3);
        }

        private static async Task<byte[]> ReadMessage(NetworkStream from)
        {
            var head = new byte[5];
            await from.ReadExactlyAsync(head);
            var message = new byte[1 + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            head.CopyTo(message, 0);
            await from.ReadExactlyAsync(message.AsMemory(5));
            return message;
        }
    }
}
