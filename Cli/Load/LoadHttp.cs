using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using OrleansOrders.Cli.Client;

namespace OrleansOrders.Cli.Load;

/// <summary>What came of one request.</summary>
public enum AnswerKind
{
    Done,

    /// <summary>The rules forbid it now, or in these amounts: 409 and 422. The server works as it should.</summary>
    Refused,

    /// <summary>No reply within the limit.</summary>
    TimedOut,

    /// <summary>Everything else: other statuses, broken connections, replies that were not waited for any longer.</summary>
    Failed,
}

/// <param name="Location">Of what was made, where something was.</param>
/// <param name="Why">Null when it is done.</param>
internal readonly record struct Answer(AnswerKind Kind, string? Location, Refusal? Why);

/// <summary>
/// Sends one request once: no repetition, because an open loop wants to know what becomes of each. Costs as little as it
/// can, because the server that is measured runs on the same machine more often than not.
/// </summary>
internal sealed class LoadHttp : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(5);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpMessageInvoker http;
    private readonly AuthenticationHeaderValue? credential = OwnCredential.Read();

    public LoadHttp(Uri url, int connections)
    {
        Url = url;
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        });
    }

    public Uri Url { get; }

    /// <param name="key">The idempotency key of a command.</param>
    public async Task<Answer> Send(HttpMethod method, Uri target, string? key, byte[]? body, CancellationToken abort)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(abort);
        limit.CancelAfter(Patience);
        using var request = new HttpRequestMessage(method, target);
        request.Headers.Authorization = credential;
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            return await Read(response, limit.Token);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new Answer(AnswerKind.Failed, null, new Refusal("connection", broken.Message));
        }
        catch (OperationCanceledException)
        {
            return abort.IsCancellationRequested
                ? new Answer(AnswerKind.Failed, null, new Refusal("unanswered", "No reply when the run ended."))
                : new Answer(AnswerKind.TimedOut, null, new Refusal("timeout", $"No reply within {Patience.TotalSeconds:0} s."));
        }
    }

    /// <summary>Null when there is no good reply.</summary>
    public async Task<byte[]?> Get(string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ShortPatience);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, path));
        request.Headers.Authorization = credential;
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(limit.Token) : null;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException
            || (broken is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    private static async Task<Answer> Read(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
        {
            await response.Content.CopyToAsync(Stream.Null, cancellation);
            return new Answer(AnswerKind.Done, response.Headers.Location?.OriginalString, null);
        }
        var reply = new ApiReply(response.StatusCode, false, await response.Content.ReadAsByteArrayAsync(cancellation));
        var why = reply.ToRefusal();
        return response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity
            ? new Answer(AnswerKind.Refused, null, why)
            : new Answer(AnswerKind.Failed, null, why with
            {
                Code = string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {why.Code}"),
            });
    }
}
