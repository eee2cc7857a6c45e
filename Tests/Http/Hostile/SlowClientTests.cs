using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Http;
using OrleansOrders.Tests.Engine;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Http.Hostile;

/// <summary>Who sends a little at a time, so as to hold a connection for ever, is cut off in the times that are stated.</summary>
public sealed class SlowClientTests
{
    /// <summary>The server looks once a second, and a busy machine looks later.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Slow_heads_and_bodies_are_cut_off_in_the_stated_times()
    {
        var store = new InMemoryEventStore(TimeProvider.System);
        await using var server = await ApiServer.Start(new Aggregates(store, new EngineOptions()), new DueFulfilments(store));

        var (head, body) = (
            Drip(server, "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX: "),
            Drip(server, "POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: slow\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"));

        foreach (var ((elapsed, answer), stated) in (((TimeSpan, string), TimeSpan)[])[(await head, ApiLimits.HeadTime), (await body, ApiLimits.SlowBodyTime)])
        {
            Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
            Assert.Contains("\"code\":\"request-timeout\"", answer, StringComparison.Ordinal);
            Assert.InRange(elapsed, stated - TimeSpan.FromSeconds(1), stated + Late);
        }
    }

    // Sends a byte every half second until the server ends the connection. How long that took, and what it said.
    private static async Task<(TimeSpan Elapsed, string Answer)> Drip(ApiServer server, string begin)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);
        var stream = client.GetStream();
        var clock = Stopwatch.StartNew();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(begin));
        var answer = ReadToEnd(stream);
        using var drops = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (!answer.IsCompleted && clock.Elapsed < ApiLimits.HeadTime + Late)
        {
            await drops.WaitForNextTickAsync();
            await Ignore(stream.WriteAsync("x"u8.ToArray()).AsTask());
        }
        return (clock.Elapsed, await answer.WaitAsync(Late));
    }

    // Who still sends when the server has ended the connection gets an error, before or after the answer's last byte.
    private static async Task<string> ReadToEnd(NetworkStream stream)
    {
        using var answer = new MemoryStream();
        await Ignore(stream.CopyToAsync(answer));
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private static async Task Ignore(Task work)
    {
        try
        {
            await work;
        }
        catch (IOException)
        {
            // The connection is over.
        }
    }
}
