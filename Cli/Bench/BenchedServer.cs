using System.Net.Http.Headers;
using OrleansOrders.Cli.Cluster;

namespace OrleansOrders.Cli.Bench;

/// <summary>The standalone edition in a process of its own on a database of the bench, and a client that spends little on asking it.</summary>
internal sealed class BenchedServer : IAsyncDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly ChildProgram program;
    private readonly HttpMessageInvoker http;
    private readonly Uri url;

    private BenchedServer(ChildProgram program, Uri url, int connections)
    {
        (this.program, this.url) = (program, url);
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections, UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null,
        });
    }

    public int ProcessId => program.Id;

    public static async Task<BenchedServer> Start(BenchDatabase database, int connections, Action<string> report)
    {
        var program = ChildProgram.Start(
            "server", Path.Combine(AppContext.BaseDirectory, "orders.dll"), ["serve", "--port", "0", "--json"],
            new Dictionary<string, string> { ["ORDERS_POSTGRES"] = database.ConnectionString }, report);
        return new BenchedServer(program, new Uri((await program.Ready).GetProperty("url").GetString()!), connections);
    }

    /// <exception cref="InvalidOperationException">It was not done: a bench sends only what can be.</exception>
    public async Task Post(string path, byte[] body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, path)) { Content = new ByteArrayContent(body) { Headers = { ContentType = Json } } };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await http.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
        await response.Content.CopyToAsync(Stream.Null, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await program.DisposeAsync();
    }
}
