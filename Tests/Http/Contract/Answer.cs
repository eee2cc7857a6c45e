using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>A whole response.</summary>
public sealed record Answer(int Status, string Text, string? MediaType, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Code => MediaType == "application/problem+json" && Text.Length > 0 ? (string?)Json["code"] : null;

    public string Id => (string)Json["id"]!;

    public string State => (string)Json["status"]!;

    public long Version => (long)Json["version"]!;

    public long Position => (long)Json["position"]!;

    public string? ETag => Headers.ETag?.ToString();

    public bool IsReplayed => Header("Idempotent-Replayed") == "true";

    /// <summary>pointer and code of everything that is wrong, in order.</summary>
    public IEnumerable<(string Pointer, string Code)> Errors =>
        (Json["errors"]?.AsArray() ?? []).Select(error => ((string)error!["pointer"]!, (string)error["code"]!));

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public Answer Expect(int status)
    {
        Assert.True(Status == status, $"expected {status}, got {Status}: {Text}");
        return this;
    }

    /// <summary>Everything that a problem of this API always is.</summary>
    public Answer ExpectProblem(int status, string code)
    {
        Expect(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(code, (string?)Json["code"]);
        Assert.Equal(status, (int)Json["status"]!);
        foreach (var member in (string[])["type", "title", "detail", "instance", "traceId"])
            Assert.False(string.IsNullOrEmpty((string?)Json[member]), $"{member} is missing: {Text}");
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
        return this;
    }

    public Answer ExpectError(string pointer, string code, string problem = "invalid-request")
    {
        ExpectProblem(400, problem);
        Assert.Contains((pointer, code), Errors);
        return this;
    }
}
