using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansOrders.Http;

namespace OrleansOrders.Tests.Faults;

/// <summary>Two tenants, and a key for each. Whatever their people write carries the tenant's name.</summary>
internal static class Tenants
{
    public const string Red = "zredz";
    public const string Blue = "zbluez";

    public static readonly IReadOnlyList<string> All = [Red, Blue];

    public static string SecretOf(string tenant) => $"secret-of-{tenant}";

    /// <summary>Writes the keys file that a server is started with.</summary>
    public static void WriteKeys(string path) => File.WriteAllText(path, JsonSerializer.Serialize(All.Select(tenant => new
    {
        id = $"clerk-of-{tenant}",
        sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SecretOf(tenant)))),
        tenant,
        scopes = Scopes.All,
    })));
}

/// <summary>Where the requests go: a server that is started again may be found elsewhere.</summary>
internal sealed class ServerAddress(string url)
{
    private volatile string url = url;

    public string Url
    {
        get => url;
        set => url = value;
    }
}
