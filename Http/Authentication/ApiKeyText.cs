using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansOrders.Http;

/// <summary>A keys file's text: a JSON array of <c>{id, sha256, tenant, scopes[], holder?, createdAt?, expiresAt?, revokedAt?}</c>.</summary>
public static class ApiKeyText
{
    private const string Shape = "{id, sha256, tenant, scopes[], holder?, createdAt?, expiresAt?, revokedAt?}";

    /// <exception cref="FormatException">The text is not such an array; the message says what is wrong, on one line.</exception>
    public static IReadOnlyList<ApiKey> Parse(ReadOnlySpan<byte> json)
    {
        ApiKeyEntry?[]? entries;
        try
        {
            entries = JsonSerializer.Deserialize(json, ApiKeyJson.Default.ApiKeyEntryArray);
        }
        catch (JsonException e)
        {
            throw new FormatException($"The keys file is not an array of {Shape}: see {e.Path ?? "$"}.", e);
        }
        var keys = (entries ?? []).Select(FromEntry).ToArray();
        if (keys.Length == 0)
            throw new FormatException("The keys file holds no key.");
        if (keys.DistinctBy(key => key.Id).Count() != keys.Length)
            throw new FormatException("Two keys of the keys file have the same id.");
        return keys.DistinctBy(key => Convert.ToHexString(key.Sha256.Span)).Count() == keys.Length
            ? keys
            : throw new FormatException("Two keys of the keys file have the same sha256.");
    }

    /// <summary>What <see cref="Parse"/> reads as the same keys.</summary>
    public static byte[] Write(IEnumerable<ApiKey> keys) => JsonSerializer.SerializeToUtf8Bytes(
        keys.Select(ToEntry).ToArray(), ApiKeyJson.Default.ApiKeyEntryArray);

    private static ApiKey FromEntry(ApiKeyEntry? entry, int index)
    {
        if (entry is null)
            throw new FormatException($"Key {index} of the keys file is null.");
        if (!Texts.IsId(entry.Id))
            throw new FormatException($"Key {index} of the keys file needs an id of {Texts.IdRule}.");
        if (!Texts.IsId(entry.Tenant))
            throw new FormatException($"Key {entry.Id} needs a tenant of {Texts.IdRule}.");
        if (entry.Sha256.Length != 64 || !entry.Sha256.All(char.IsAsciiHexDigit))
            throw new FormatException($"Key {entry.Id} needs a sha256 of 64 hexadecimal digits.");
        if (entry.Scopes.Except(Scopes.All).FirstOrDefault() is { } unknown)
            throw new FormatException($"Key {entry.Id} has the scope {unknown}; there are {string.Join(", ", Scopes.All)}.");
        if (!Caller.IsActor(entry.Holder ?? entry.Id))
            throw new FormatException($"Key {entry.Id} needs a holder of {Caller.ActorRule}.");
        return new ApiKey(entry.Id, Convert.FromHexString(entry.Sha256), entry.Tenant, entry.Scopes.ToHashSet())
        {
            Holder = entry.Holder ?? entry.Id,
            CreatedAt = ReadTime(entry, nameof(entry.CreatedAt), entry.CreatedAt),
            ExpiresAt = ReadTime(entry, nameof(entry.ExpiresAt), entry.ExpiresAt),
            RevokedAt = ReadTime(entry, nameof(entry.RevokedAt), entry.RevokedAt),
        };
    }

    private static DateTimeOffset? ReadTime(ApiKeyEntry entry, string member, string? text)
    {
        if (text is null)
            return null;
        return Texts.TryParseTime(text, out var time)
            ? time
            : throw new FormatException($"Key {entry.Id} needs {JsonNamingPolicy.CamelCase.ConvertName(member)} as in 2010-12-01T08:26:00Z.");
    }

    private static ApiKeyEntry ToEntry(ApiKey key) => new(
        key.Id, Convert.ToHexStringLower(key.Sha256.Span), key.Tenant, [.. key.Scopes.Order(StringComparer.Ordinal)],
        key.Holder == key.Id ? null : key.Holder, Time(key.CreatedAt), Time(key.ExpiresAt), Time(key.RevokedAt));

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>One entry of the keys file.</summary>
internal sealed record ApiKeyEntry(
    string Id, string Sha256, string Tenant, string[] Scopes, string? Holder = null, string? CreatedAt = null, string? ExpiresAt = null,
    string? RevokedAt = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ApiKeyEntry[]))]
internal sealed partial class ApiKeyJson : JsonSerializerContext;
