using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Engine;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Http;

/// <summary>What is refused before it is a request gets a problem like everything else.</summary>
public sealed class RejectedRequestTests : IAsyncLifetime
{
    private ApiServer server = null!;

    public async Task InitializeAsync()
    {
        var store = new InMemoryEventStore(TimeProvider.System);
        server = await ApiServer.Start(new Aggregates(store, new EngineOptions()), new DueFulfilments(store));
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(400, "bad-request", "NONSENSE\r\n\r\n")]
    [InlineData(400, "bad-request", "GET /health/live HTTP/1.1\r\n\r\n")]
    [InlineData(400, "bad-request", "GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData(400, "bad-request", "GET /health/live HTTP/9.9\r\nHost: a\r\n\r\n")]
    [InlineData(400, "bad-request", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(400, "bad-request", "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n")]
    [InlineData(400, "bad-request", "POST /v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n")]
    [InlineData(414, "request-line-too-long", "GET /{9000} HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(431, "headers-too-large", "GET / HTTP/1.1\r\nHost: a\r\nX: {17000}\r\n\r\n")]
    public async Task It_is_answered_with_a_problem_and_the_connection_ends(int status, string code, string request)
    {
        var text = await Send(request.Replace("{9000}", new string('x', 9_000)).Replace("{17000}", new string('x', 17_000)));

        Assert.StartsWith($"HTTP/1.1 {status} ", text, StringComparison.Ordinal);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/problem+json\r\n", text[..end], StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", text[..end], StringComparison.Ordinal);
        var problem = JsonSerializer.Deserialize<JsonElement>(text[(end + 4)..]);
        Assert.Equal((status, code), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
    }

    [Fact]
    public async Task What_was_answered_before_it_stays_as_it_was()
    {
        var text = await Send("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\nNONSENSE\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", text, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\n", text, StringComparison.Ordinal);
    }

    // All that comes until the server ends the connection.
    private async Task<string> Send(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
