using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Support;

/// <summary>Makes bearer tokens and key sets by hand, good ones and others.</summary>
internal static class TokenMaker
{
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly RSA Rsa = RSA.Create(2048);

    public static readonly ECDsa Ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>A key that is in no set.</summary>
    public static readonly RSA Foreign = RSA.Create(2048);

    public static JsonObject Claims() => new()
    {
        ["iss"] = "https://issuer.example/",
        ["aud"] = "orders",
        ["sub"] = "alice",
        ["tenant"] = "north",
        ["scope"] = "openid profile orders:read payments:refund",
        ["nbf"] = Now.ToUnixTimeSeconds(),
        ["iat"] = Now.ToUnixTimeSeconds(),
        ["exp"] = Now.AddHours(1).ToUnixTimeSeconds(),
    };

    public static JsonObject Header(string algorithm, string? kid)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (kid is not null)
            header["kid"] = kid;
        return header;
    }

    public static string Sign(JsonObject header, JsonObject claims, RSA? key = null) => SignText(header.ToJsonString(), claims.ToJsonString(), key);

    // With the algorithm that the header names where it is one of ours, else with RS256.
    public static string SignText(string header, string claims, RSA? key = null)
    {
        var text = $"{Part(header)}.{Part(claims)}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = header.Contains("\"ES256\"", StringComparison.Ordinal)
            ? Ecdsa.SignData(bytes, HashAlgorithmName.SHA256)
            : (key ?? Rsa).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    public static string Part(JsonNode node) => Part(node.ToJsonString());

    public static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    public static string Set(params string[] keys) => $$"""{"keys":[{{string.Join(',', keys)}}]}""";

    public static string RsaKey(string? kid, RSA key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var json = new JsonObject
        {
            ["kty"] = "RSA", ["use"] = "sig", ["n"] = Base64Url.EncodeToString(parameters.Modulus), ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
        if (kid is not null)
            json["kid"] = kid;
        return json.ToJsonString();
    }

    public static string EcKey(string kid)
    {
        var point = Ecdsa.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = kid, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
        }.ToJsonString();
    }
}
