using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>One key. The secret itself is not kept, only its SHA-256.</summary>
/// <param name="Id">Recorded as the actor of what the key does.</param>
/// <param name="Sha256">32 bytes.</param>
public sealed record ApiKey(string Id, ReadOnlyMemory<byte> Sha256, string Tenant, IReadOnlySet<string> Scopes)
{
    /// <summary>Reads a keys file: a JSON array of <c>{id, sha256, tenant, scopes[]}</c>.</summary>
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
            throw new FormatException($"The keys file is not an array of {{id, sha256, tenant, scopes[]}}: see {e.Path ?? "$"}.", e);
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
        if (entry.Scopes.Except(Http.Scopes.All).FirstOrDefault() is { } unknown)
            throw new FormatException($"Key {entry.Id} has the scope {unknown}; there are {string.Join(", ", Http.Scopes.All)}.");
        return new ApiKey(entry.Id, Convert.FromHexString(entry.Sha256), entry.Tenant, entry.Scopes.ToHashSet());
    }
}

/// <summary>One entry of the keys file.</summary>
internal sealed record ApiKeyEntry(string Id, string Sha256, string Tenant, string[] Scopes);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ApiKeyEntry[]))]
internal sealed partial class ApiKeyJson : JsonSerializerContext;
