using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>Secrets of subscriptions: 256 random bits each, shown once, kept wrapped by the master key.</summary>
internal static class WebhookSecrets
{
    private const string Prefix = "whsec_";

    public static string OwnerOf(Guid webhookId) => $"webhook {webhookId:N}";

    public static WrappedKey Create(MasterKey master, string tenant, Guid webhookId, Guid secretId) =>
        master.Create(tenant, OwnerOf(webhookId), secretId);

    /// <summary>As the receiver is given it.</summary>
    public static string Show(MasterKey master, WrappedKey secret) => Prefix + Convert.ToBase64String(master.Unwrap(secret));

    /// <summary>
    /// The header of Standard Webhooks: an HMAC-SHA256 over id, time and body for each secret that is good now.
    /// </summary>
    /// <param name="unixSeconds">When it is sent.</param>
    public static string Sign(IReadOnlyList<byte[]> secrets, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{unixSeconds}."));
        byte[] signed = [.. head, .. body];
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))));
    }
}
