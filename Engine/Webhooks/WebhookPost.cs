using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>What came of one post.</summary>
/// <param name="Error">Null when it arrived, else why not, in a word.</param>
/// <param name="RetryAfter">How long the receiver wants to be left alone; null when it did not say.</param>
internal sealed record PostResult(TimeSpan Took, int? StatusCode, string? Error, string? Reply, TimeSpan? RetryAfter)
{
    public bool IsGone => StatusCode == (int)HttpStatusCode.Gone;
}

/// <summary>Posts bodies. Follows nothing, keeps no cookies, uses no proxy, reads no more of an answer than is kept.</summary>
internal sealed class WebhookPost : IDisposable
{
    public const int LongestReply = 1_024;

    private readonly WebhookOptions options;
    private readonly TimeProvider time;
    private readonly HttpClient client;

    public WebhookPost(WebhookOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false, // it would connect wherever it likes
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectCallback = new PublicAddresses(options).Connect,
            ConnectTimeout = options.AttemptTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), // names move
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxConnectionsPerServer = 2 * options.Concurrency,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 16 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        }) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("OrleansOrders-Webhooks", "1"));
    }

    /// <summary>Posts once. Whatever goes wrong is the result, but that the process is stopping.</summary>
    /// <param name="id">The event's.</param>
    public async Task<PostResult> Send(string url, string id, IReadOnlyList<byte[]> secrets, byte[] body, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using var patience = new CancellationTokenSource(options.AttemptTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            using var request = Request(url, id, secrets, body);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var reply = await ReadReply(response, limit.Token);
            return new PostResult(
                time.GetElapsedTime(began), (int)response.StatusCode, ErrorOf(response.StatusCode), reply, RetryAfter(response));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            return new PostResult(time.GetElapsedTime(began), null, ErrorOf(failure), null, null);
        }
    }

    public void Dispose() => client.Dispose();

    private HttpRequestMessage Request(string url, string id, IReadOnlyList<byte[]> secrets, byte[] body)
    {
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSecrets.Sign(secrets, id, seconds, body));
        return request;
    }

    private static async Task<string?> ReadReply(HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = new byte[LongestReply];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var count = await stream.ReadAtLeastAsync(buffer, LongestReply, throwOnEndOfStream: false, cancellation);
        if (count == 0)
            return null;
        // PostgreSQL's texts hold no zero byte, and a letter may be cut in the middle.
        return Encoding.UTF8.GetString(buffer, 0, count).Replace('\0', '\uFFFD');
    }

    private static string? ErrorOf(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => "redirect",
        410 => "gone",
        _ => "status",
    };

    private static string ErrorOf(Exception failure) => failure switch
    {
        OperationCanceledException => "timeout",
        HttpRequestException { InnerException: AddressNotAllowedException } => "address-not-allowed",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } } => "name-not-found",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "tls",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => "not-connected",
        _ => "broken-answer",
    };

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            return null;
        return response.Headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - time.GetUtcNow() : null;
    }
}
