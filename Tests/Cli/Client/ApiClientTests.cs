using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Client;
using OrleansOrders.Hosting;

namespace OrleansOrders.Tests.Cli.Client;

/// <summary>The client against a server over real connections that answers as each test says.</summary>
public sealed class ApiClientTests : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> keys = [];
    private readonly ConcurrentQueue<string> reports = [];
    private readonly int port = FreePort();
    private WebApplication? server;

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task A_command_is_repeated_under_its_key_until_the_server_takes_it()
    {
        await Serve((1, 503, ""), (2, 409, """{"code":"idempotency-key-in-use"}"""), (3, 504, ""), (4, 201, """{"id":"a"}"""));
        using var client = Client(TimeSpan.FromSeconds(20));

        var reply = await Post(client);

        Assert.True(reply is { Status: HttpStatusCode.Created, IsDone: true, IsReplayed: false });
        Assert.Equal(["key", "key", "key", "key"], keys);
        Assert.Equal(2, reports.Count);
        Assert.Contains("it answers 503", reports.First(), StringComparison.Ordinal);
        Assert.StartsWith("The server answers again", reports.Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(409, """{"code":"order-not-draft","detail":"Too late."}""", "order-not-draft", "Too late.")]
    [InlineData(400, """{"code":"invalid","detail":"x","errors":[{"pointer":"/lines/3/sku","detail":"A SKU."}]}""", "invalid", "/lines/3/sku: A SKU.")]
    [InlineData(404, "<html>", "http-404", "The server did not say why.")]
    public async Task A_refusal_is_final_and_says_why(int status, string body, string code, string detail)
    {
        await Serve((1, status, body));
        using var client = Client(TimeSpan.FromSeconds(20));

        var reply = await Post(client);

        Assert.False(reply.IsDone);
        Assert.Equal(new Refusal(code, detail), reply.ToRefusal());
        Assert.Single(keys);
    }

    [Fact]
    public async Task A_server_that_keeps_failing_is_not_asked_for_ever()
    {
        await Serve((1, 500, ""));
        using var client = Client(TimeSpan.FromSeconds(20));

        Assert.Equal("http-500", (await Post(client)).ToRefusal().Code);
        Assert.Equal(5, keys.Count);
    }

    [Fact]
    public async Task A_server_that_comes_back_is_found_again()
    {
        using var client = Client(TimeSpan.FromSeconds(30));

        var waiting = Post(client);
        await Wait.Until(() => !reports.IsEmpty);
        await Serve((1, 200, "{}"));

        Assert.True((await waiting).IsDone);
        Assert.Contains("trying again for up to 30 s", reports.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stays_away_is_one_line_that_names_the_fix()
    {
        using var client = Client(TimeSpan.FromMilliseconds(300));

        var failure = await Assert.ThrowsAsync<Failure>(() => Post(client));

        Assert.Equal(ExitCodes.Unreachable, failure.ExitCode);
        Assert.Contains("start it with ./run, or name another with --url", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task Another_kind_of_server_is_not_taken_for_ours()
    {
        await Serve((1, 404, ""));
        using var client = Client(TimeSpan.FromSeconds(20));

        var failure = await Assert.ThrowsAsync<Failure>(() => client.Greet(CancellationToken.None));

        Assert.Equal(ExitCodes.Unreachable, failure.ExitCode);
    }

    private static Task<ApiReply> Post(ApiClient client) =>
        client.Post("/v1/orders", "key", new EmptyBody(), ClientJson.Default.EmptyBody, CancellationToken.None);

    private ApiClient Client(TimeSpan patience) =>
        new(new Uri($"http://127.0.0.1:{port}"), 4, patience, TimeProvider.System, reports.Enqueue);

    // The last answer holds for every further request.
    private async Task Serve(params (int Attempt, int Status, string Body)[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        server = builder.Build();
        server.Urls.Add($"http://127.0.0.1:{port}");
        server.Run(async context =>
        {
            keys.Enqueue(context.Request.Headers["Idempotency-Key"].ToString());
            var (_, status, body) = answers[Math.Min(keys.Count, answers.Length) - 1];
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body);
        });
        await server.StartAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
