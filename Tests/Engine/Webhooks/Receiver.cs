using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansOrders.Tests.Engine.Webhooks;

/// <summary>What came in one post.</summary>
internal sealed record Posted(string Path, string Id, long Timestamp, string[] Signatures, byte[] Body)
{
    public JsonNode Json { get; } = JsonNode.Parse(Body)!;

    public string Type => (string)Json["type"]!;

    public long Position => (long)Json["position"]!;

    public string? OrderId => (string?)Json["orderId"];

    /// <summary>As a receiver has to look at it, written down here once more from the specification.</summary>
    public bool IsSignedWith(string secret)
    {
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        Assert.Equal(32, key.Length);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{Id}.{Timestamp}."), .. Body];
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
        return Signatures.Contains(expected);
    }
}

/// <summary>A receiver of webhooks on a free port of loopback: remembers what came, and answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Posted> posted = [];

    private Receiver(WebApplication app) => this.app = app;

    public string Url => $"{app.Urls.Single()}/hooks";

    public IReadOnlyList<Posted> Posted => [.. posted];

    /// <summary>Answers after the post was taken down; nothing is 200.</summary>
    public Func<Posted, HttpContext, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<Receiver> Open()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.Take);
        await app.StartAsync();
        return receiver;
    }

    public void AnswerWith(int status) => Answer = (_, context) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token); // whoever hangs is hung up on
        await app.DisposeAsync();
    }

    private async Task Take(HttpContext context)
    {
        Assert.Equal(("POST", "application/json"), (context.Request.Method, context.Request.ContentType));
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var taken = new Posted(
            context.Request.Path, headers["webhook-id"].Single()!, long.Parse(headers["webhook-timestamp"].Single()!, null),
            headers["webhook-signature"].Single()!.Split(' '), body.ToArray());
        posted.Enqueue(taken);
        await Answer(taken, context);
    }
}
