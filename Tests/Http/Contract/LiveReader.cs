using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>One block of a live stream.</summary>
/// <param name="Name">The event's name; empty for what happened in the log.</param>
/// <param name="Data">Null for a block that only moves the id on, or says that the stream is alive.</param>
public sealed record LiveBlock(string Name, JsonNode? Data, string Text)
{
    public long Position => (long)Data!["position"]!;

    public string Stream => $"{Data!["streamType"]}-{Data!["id"]}";
}

/// <summary>Reads a live stream as its callers do: with the id of what it has, so that it can come back.</summary>
public sealed class LiveReader : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private LiveReader(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    public long LastId { get; private set; } = -1;

    public HttpResponseHeaders Headers => _response.Headers;

    public HttpContentHeaders ContentHeaders => _response.Content.Headers;

    public static async Task<LiveReader> Open(IApiHost host, string path = "/v1/live", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.BaseAddress, path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        host.Authenticate(request, "default");
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, await Refusal(response));
        return new LiveReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next block; fails after half a minute without one, and when the stream has ended.</summary>
    public async Task<LiveBlock> Next() => await NextOrEnd() ?? throw new EndOfStreamException();

    /// <summary>Null at the stream's end.</summary>
    public async Task<LiveBlock?> NextOrEnd()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (name, data, text) = ("", (JsonNode?)null, "");
        while (await _reader.ReadLineAsync(deadline.Token) is { } line)
        {
            text += line + "\n";
            if (line.Length == 0)
                return new LiveBlock(name, data, text);
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                LastId = long.Parse(line[4..], CultureInfo.InvariantCulture);
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = JsonNode.Parse(line[6..]);
        }
        return null;
    }

    /// <summary>What happened, up to the first block that is wanted; beats are left out.</summary>
    public async Task<List<LiveBlock>> Until(Func<LiveBlock, bool> isWanted)
    {
        var blocks = new List<LiveBlock>();
        while (true)
        {
            var block = await Next();
            if (block.Data is null)
                continue;
            blocks.Add(block);
            if (isWanted(block))
                return blocks;
        }
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<string> Refusal(HttpResponseMessage response) =>
        response.IsSuccessStatusCode ? "" : $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}";
}
