using System.Net.Http.Headers;
using OrleansOrders.Cli.Cluster;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Bench;

/// <summary>The product in processes of its own on a database of the bench, and a client that spends little on asking it.</summary>
internal sealed class BenchedServer : IAsyncDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    // Of every bench, so that two servers, one after the other, can read what is in one database.
    private static readonly byte[] MasterKey = new byte[Engine.Personal.MasterKey.Length];

    private readonly ChildProgram program;
    private readonly string masterKeyFile;
    private readonly HttpMessageInvoker http;
    private readonly Uri url;

    private BenchedServer(ChildProgram program, string masterKeyFile, Uri url, int connections)
    {
        (this.program, this.masterKeyFile, this.url) = (program, masterKeyFile, url);
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections, UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Of the standalone edition, or of what has started the processes of the cluster edition.</summary>
    public int ProcessId => program.Id;

    /// <param name="variables">More of the environment; null for none.</param>
    /// <param name="silos">Of the cluster edition, whose programs must lie beside this one; none means the standalone edition.</param>
    public static async Task<BenchedServer> Start(
        BenchDatabase database, int connections, Action<string> report, int silos = 0, IReadOnlyDictionary<string, string>? variables = null)
    {
        var masterKeyFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(masterKeyFile, Convert.ToBase64String(MasterKey));
        var program = ChildProgram.Start(
            "server", Path.Combine(AppContext.BaseDirectory, "orders.dll"),
            ["serve", "--port", "0", "--json", .. silos > 0 ? ["--silos", $"{silos}"] : Array.Empty<string>()],
            new Dictionary<string, string>(variables ?? new Dictionary<string, string>())
            {
                [DatabaseAddress.Variable] = database.ConnectionString,
                // Nobody looks at the dashboards, and nothing is to be written into a folder for them.
                [DashboardPassword.Variable] = $"{Guid.NewGuid():n}",
                [MasterKeySetting.Variable] = masterKeyFile,
            }, report);
        return new BenchedServer(program, masterKeyFile, new Uri((await program.Ready).GetProperty("url").GetString()!), connections);
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
        File.Delete(masterKeyFile);
    }
}
