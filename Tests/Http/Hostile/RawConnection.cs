using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OrleansOrders.Tests.Http.Hostile;

/// <param name="Code">A problem's code; null for every other answer.</param>
/// <param name="IsLast">The server says that it ends the connection.</param>
internal sealed record RawAnswer(int Status, string? MediaType, string? Code, bool IsLast);

/// <summary>Sends whatever bytes it is given and reads the answers as they come, with nothing in between that would mend either.</summary>
internal sealed class RawConnection : IDisposable
{
    /// <summary>Longer than the server gives any request.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient client;
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    private RawConnection(TcpClient client) => this.client = client;

    public static async Task<RawConnection> Open(Uri server)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port);
        return new RawConnection(client);
    }

    /// <summary>The server may end the connection meanwhile; what it answered can still be read.</summary>
    public async Task Send(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await client.GetStream().WriteAsync(bytes).AsTask().WaitAsync(Patience);
        }
        catch (IOException)
        {
            // Seen when reading.
        }
    }

    /// <summary>The next answer, or null when the connection ended before there was another.</summary>
    /// <exception cref="TimeoutException">There is neither.</exception>
    public async Task<RawAnswer?> Read(bool hasNoBody)
    {
        while (true)
        {
            int length;
            while ((length = buffer.AsSpan(start, end - start).IndexOf("\r\n\r\n"u8)) < 0)
            {
                if (!await Fill())
                    return null;
            }
            var head = Encoding.Latin1.GetString(buffer, start, length).Split("\r\n");
            start += length + 4;
            var status = int.Parse(head[0].AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
            if (status == 100)
                continue;
            var body = hasNoBody || status is 204 or 304 ? [] : await ReadBody(head);
            if (body is null)
                return null;
            var mediaType = Find(head, "Content-Type");
            return new RawAnswer(status, mediaType, mediaType == "application/problem+json" && body.Length > 0 ? CodeOf(body) : null,
                Find(head, "Connection") == "close");
        }
    }

    public void Dispose() => client.Dispose();

    private static string? CodeOf(byte[] body)
    {
        using var problem = JsonDocument.Parse(body);
        return problem.RootElement.GetProperty("code").GetString();
    }

    private static string? Find(string[] head, string name)
    {
        foreach (var line in head.AsSpan(1))
        {
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return line[(name.Length + 1)..].Trim();
        }
        return null;
    }

    private async Task<byte[]?> ReadBody(string[] head)
    {
        if (Find(head, "Transfer-Encoding") != "chunked")
            return await Take(int.Parse(Find(head, "Content-Length") ?? "0", CultureInfo.InvariantCulture));
        using var whole = new MemoryStream();
        while (true)
        {
            int length;
            while ((length = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8)) < 0)
            {
                if (!await Fill())
                    return null;
            }
            var size = int.Parse(Encoding.Latin1.GetString(buffer, start, length), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            start += length + 2;
            if (await Take(size + 2) is not { } chunk)
                return null;
            if (size == 0)
                return whole.ToArray();
            whole.Write(chunk, 0, size);
        }
    }

    private async Task<byte[]?> Take(int count)
    {
        while (end - start < count)
        {
            if (!await Fill())
                return null;
        }
        start += count;
        return buffer[(start - count)..start];
    }

    private async Task<bool> Fill()
    {
        if (start > 0)
            buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        try
        {
            var count = await client.GetStream().ReadAsync(buffer.AsMemory(end)).AsTask().WaitAsync(Patience);
            end += count;
            return count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
