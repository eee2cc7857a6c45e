using System.Text;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>Event data of a given size.</summary>
internal static class Payload
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>JSON of that many bytes, of letters drawn at random, which no compression makes smaller than three quarters.</summary>
    public static byte[] OfSize(int bytes)
    {
        const string Around = """{"note":""}""";
        var random = new Random(1);
        var text = new string([.. Enumerable.Range(0, bytes - Around.Length).Select(_ => Letters[random.Next(Letters.Length)])]);
        return Encoding.UTF8.GetBytes(Around.Insert(Around.Length - 2, text));
    }
}
