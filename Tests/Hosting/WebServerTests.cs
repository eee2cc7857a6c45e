using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Engine;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Hosting;

public sealed class WebServerTests : IDisposable
{
    private readonly TcpListener taken = new(IPAddress.Loopback, 0);

    public WebServerTests() => taken.Start();

    private int TakenPort => ((IPEndPoint)taken.LocalEndpoint).Port;

    public void Dispose() => taken.Dispose();

    [Fact]
    public async Task A_taken_port_is_refused_when_it_was_asked_for()
    {
        var refused = await Assert.ThrowsAsync<Failure>(() => Start(furtherPorts: 0));
        Assert.Equal(ExitCodes.Unreachable, refused.ExitCode);
        Assert.Contains($"Port {TakenPort} is in use", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_free_port_is_taken_when_none_was_asked_for()
    {
        await using var server = await Start(furtherPorts: 100);
        Assert.InRange(new Uri(server.Url).Port, TakenPort + 1, TakenPort + 100);
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{server.Url}/health/live")).StatusCode);
    }

    private async Task<WebServer> Start(int furtherPorts)
    {
        var store = new InMemoryEventStore(TimeProvider.System);
        return await WebServer.Start(
            new WebServerOptions { Port = TakenPort, FurtherPorts = furtherPorts }, new Aggregates(store, new EngineOptions()),
            new DueFulfilments(store), new AuditInMemory(), NullLoggerFactory.Instance, default);
    }
}
