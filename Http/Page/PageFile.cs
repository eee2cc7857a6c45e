using System.IO.Compression;
using System.Security.Cryptography;

namespace OrleansOrders.Http;

/// <summary>One file of the operations page, as it is sent.</summary>
/// <param name="Path">Below the page's folder, <c>views/order.js</c>.</param>
/// <param name="Tag">The entity tag: a hash of the bytes.</param>
internal sealed record PageFile(string Path, string MediaType, byte[] Bytes, byte[] Gzip, string Tag)
{
    public static PageFile From(string path, byte[] bytes) => new(
        path, MediaTypeOf(path), bytes, Compress(bytes), $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");

    /// <exception cref="ArgumentException">A kind of file that a page has no use for.</exception>
    private static string MediaTypeOf(string path) => System.IO.Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".txt" => "text/plain; charset=utf-8",
        _ => throw new ArgumentException($"Nothing says what {path} is.", nameof(path)),
    };

    private static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
            gzip.Write(bytes);
        return compressed.ToArray();
    }
}
