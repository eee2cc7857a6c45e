using System.Diagnostics.CodeAnalysis;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>Grain ids: the tenant, a slash, and the order's, SKU's or customer's id.</summary>
public static class GrainKeys
{
    /// <summary>Characters of a tenant or an id.</summary>
    public const int Length = 64;

    /// <exception cref="ArgumentException">The tenant is empty, too long or holds a slash; the id is empty or too long.</exception>
    public static string Of(string tenant, string id)
    {
        var key = $"{tenant}/{id}";
        return TryParse(key, out var parsedTenant, out _) && parsedTenant == tenant
            ? key
            : throw new ArgumentException($"A grain's id is made of a tenant without slashes and an id, 1 to {Length} characters each.", nameof(id));
    }

    /// <summary>False when the grain id is not one of ours.</summary>
    public static bool TryParse(string? key, [NotNullWhen(true)] out string? tenant, [NotNullWhen(true)] out string? id)
    {
        (tenant, id) = (null, null);
        var slash = key?.IndexOf('/') ?? -1;
        if (slash is < 1 or > Length || key!.Length - slash - 1 is < 1 or > Length || key.AsSpan().ContainsAnyInRange('\0', '\u001f'))
            return false;
        (tenant, id) = (key[..slash], key[(slash + 1)..]);
        return true;
    }
}
