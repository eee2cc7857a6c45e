namespace OrleansOrders.Http;

/// <summary>One key. The secret itself is not kept, only its SHA-256.</summary>
/// <param name="Id">Names this one key, for lists and limits.</param>
/// <param name="Sha256">32 bytes.</param>
public sealed record ApiKey(string Id, ReadOnlyMemory<byte> Sha256, string Tenant, IReadOnlySet<string> Scopes)
{
    /// <summary>How many keys of one holder may be active: the old and the new one while they are exchanged.</summary>
    public const int ActivePerHolder = 2;

    /// <summary>Who acts with it, recorded as the actor. A holder with two keys is one person. Default: the key's id.</summary>
    public string Holder { get; init; } = Id;

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>From then on it is refused; null: it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>It is refused, and stays in the file so that its id is not given again.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    public bool IsActive(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    /// <inheritdoc cref="ApiKeyText.Parse"/>
    public static IReadOnlyList<ApiKey> Parse(ReadOnlySpan<byte> json) => ApiKeyText.Parse(json);
}
