using System.Text;

namespace OrleansOrders.Tests.Http.Hostile;

/// <summary>Makes of a request what no HTTP library would send. Whatever comes of it, the server answers or ends the connection at once.</summary>
internal static class WireDamage
{
    private static readonly Func<Random, byte[], byte[]>[] Kinds =
    [
        OneByteOfTheFirstLine, GarbageHeader, Line("Host: another"), WithoutHost, LengthAndChunks, BadLength, BadChunks, LargeHeader, ManyHeaders,
        LongAddress, LargeBody, BareLineFeeds, OtherTarget, OtherVersion, (random, _) => Noise(random, random.Next(1, 2_000)), Greeting,
        Line("Expect: 100-continue"), Line("Expect: the worst"), Line("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAAA"),
        Line("Content-Encoding: gzip"), (_, request) => [0xEF, 0xBB, 0xBF, .. request], Line("Connection: Idempotency-Key, Host, close"),
        Line("Authorization: Bearer " + new string('x', 3_000)), Line("Authorization: Basic ="), Line("X-Forwarded-For: ::1\r\n folded: 1"),
    ];

    public static byte[] Apply(Random random, byte[] request) => Kinds[random.Next(Kinds.Length)](random, request);

    private static Func<Random, byte[], byte[]> Line(string line) => (_, request) => AfterFirstLine(request, Encoding.Latin1.GetBytes(line + "\r\n"));

    private static byte[] AfterFirstLine(byte[] request, byte[] more)
    {
        var at = EndOfFirstLine(request) + 2;
        return [.. request[..at], .. more, .. request[at..]];
    }

    private static int EndOfFirstLine(byte[] request) => request.AsSpan().IndexOf("\r\n"u8);

    private static byte[] OneByteOfTheFirstLine(Random random, byte[] request)
    {
        var other = (byte[])request.Clone();
        other[random.Next(EndOfFirstLine(request) + 2)] = (byte)random.Next(256);
        return other;
    }

    private static byte[] GarbageHeader(Random random, byte[] request) => AfterFirstLine(request, [.. Noise(random, random.Next(1, 200)), .. "\r\n"u8]);

    private static byte[] WithoutHost(Random random, byte[] request) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(request).Replace("Host: localhost\r\n", "", StringComparison.Ordinal));

    private static byte[] LengthAndChunks(Random random, byte[] request) =>
        AfterFirstLine(request, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"u8.ToArray());

    private static byte[] BadLength(Random random, byte[] request)
    {
        string[] lengths = ["-1", "+5", "0x10", "1e3", "99999999999999999999", "5, 6", "5 5", "", "five", "٥"];
        return Encoding.UTF8.GetBytes($"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: {lengths[random.Next(lengths.Length)]}\r\n\r\n");
    }

    private static byte[] BadChunks(Random random, byte[] request)
    {
        string[] chunks = ["zz\r\n", "-1\r\n", "FFFFFFFFFFFFFFFFFF\r\n", "3\r\nabcdef\r\n", "1;\u0001=\r\na\r\n0\r\n\r\n", "\r\n\r\n", "2\nab\n0\n\n", "0\r\nx\r\n\r\n"];
        var coding = random.Next(4) == 0 ? "gzip, chunked" : random.Next(8) == 0 ? "chunked, identity" : "chunked";
        return Encoding.Latin1.GetBytes(
            $"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: c\r\nTransfer-Encoding: {coding}\r\n\r\n{chunks[random.Next(chunks.Length)]}");
    }

    private static byte[] LargeHeader(Random random, byte[] request) =>
        AfterFirstLine(request, Encoding.Latin1.GetBytes($"X-Large: {new string('x', random.Next(10_000, 40_000))}\r\n"));

    private static byte[] ManyHeaders(Random random, byte[] request) =>
        AfterFirstLine(request, Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(50, 800)).Select(i => $"X-{i}: y\r\n"))));

    private static byte[] LongAddress(Random random, byte[] request) =>
        Encoding.Latin1.GetBytes($"GET /v1/orders?q={new string('x', random.Next(7_000, 40_000))} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    private static byte[] LargeBody(Random random, byte[] request)
    {
        var length = random.Next(60_000, 1_500_000);
        return [.. Encoding.Latin1.GetBytes(
            $"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: large\r\nContent-Length: {length}\r\n\r\n"), .. new byte[length]];
    }

    private static byte[] BareLineFeeds(Random random, byte[] request) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(request).Replace("\r\n", "\n", StringComparison.Ordinal));

    private static byte[] OtherTarget(Random random, byte[] request)
    {
        string[] targets = ["*", "", "//", "http://elsewhere.example/v1/orders", "elsewhere.example:443", "?", "#", "/..%2f..%2fetc", "\\", "/%", "/é", "v1/orders"];
        string[] methods = ["GET", "OPTIONS", "CONNECT", "TRACE", "get", "G E T", "M-SEARCH"];
        return Encoding.UTF8.GetBytes($"{methods[random.Next(methods.Length)]} {targets[random.Next(targets.Length)]} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    private static byte[] OtherVersion(Random random, byte[] request)
    {
        string[] versions = ["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/3", "HTTP/1.1 ", "http/1.1", "HTTP/11", "ICAP/1.0", ""];
        return Encoding.Latin1.GetBytes($"GET /v1/orders {versions[random.Next(versions.Length)]}\r\nHost: localhost\r\n\r\n");
    }

    // What a client of another protocol says first: TLS, HTTP/2, SSH, PostgreSQL.
    private static byte[] Greeting(Random random, byte[] request) => random.Next(4) switch
    {
        0 => [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03, .. Noise(random, 508)],
        1 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(),
        2 => "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(),
        _ => [0, 0, 0, 8, 4, 210, 22, 47],
    };

    private static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
