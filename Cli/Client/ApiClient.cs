using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Client;

/// <summary>
/// The HTTP API for verbs that send much. A command that gets no answer is sent again under the same idempotency key, so
/// that a server that is killed and started again is survived and nothing is done twice.
/// </summary>
public sealed class ApiClient : IDisposable
{
    private const string KeyHeader = "Idempotency-Key";
    private const string ReplayedHeader = "Idempotent-Replayed";
    private const int MostServerErrors = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly Outage outage;
    private readonly TimeProvider time;
    private readonly TimeSpan patience;

    /// <param name="patience">How long a request is repeated before the verb gives up.</param>
    /// <param name="report">Told once when the server stops answering, and once when it is back.</param>
    public ApiClient(Uri url, int connections, TimeSpan patience, TimeProvider time, Action<string> report)
    {
        http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, AllowAutoRedirect = false })
        {
            BaseAddress = url,
            Timeout = TimeSpan.FromSeconds(60),
        };
        http.DefaultRequestHeaders.Authorization = OwnCredential.Read();
        this.time = time;
        this.patience = patience;
        outage = new Outage(url, time, report);
        Url = url;
    }

    public Uri Url { get; }

    public Task<ApiReply> Post<T>(string path, string key, T body, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        Send(HttpMethod.Post, path, key, JsonSerializer.SerializeToUtf8Bytes(body, type), patience, cancellation);

    /// <param name="body">JSON that was written before.</param>
    public Task<ApiReply> Post(string path, string key, byte[] body, CancellationToken cancellation) =>
        Send(HttpMethod.Post, path, key, body, patience, cancellation);

    public Task<ApiReply> Put<T>(string path, string key, T body, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        Send(HttpMethod.Put, path, key, JsonSerializer.SerializeToUtf8Bytes(body, type), patience, cancellation);

    public Task<ApiReply> Get(string path, CancellationToken cancellation) =>
        Send(HttpMethod.Get, path, null, null, patience, cancellation);

    /// <summary>Reads what must be there.</summary>
    /// <exception cref="Failure">The server refuses.</exception>
    public async Task<T> Get<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var reply = await Get(path, cancellation);
        return reply.IsDone
            ? reply.Read(type)
            : throw new Failure(ExitCodes.Failed, $"{new Uri(Url, path)} answers {(int)reply.Status}: {reply.ToRefusal().Detail}");
    }

    /// <summary>Sees whether anybody is there, without much patience: a wrong address should not cost two minutes.</summary>
    /// <param name="limit">How long it is tried. Null: 5 s.</param>
    /// <exception cref="Failure">Nobody answers, or not as the server of orders would.</exception>
    public async Task Greet(CancellationToken cancellation, TimeSpan? limit = null)
    {
        var reply = await Send(HttpMethod.Get, "/health/ready", null, null, limit ?? TimeSpan.FromSeconds(5), cancellation);
        if (!reply.IsDone)
            throw new Failure(ExitCodes.Unreachable, $"{Url} is not an orders server: name another with --url.");
    }

    public void Dispose() => http.Dispose();

    private async Task<ApiReply> Send(
        HttpMethod method, string path, string? key, byte[]? body, TimeSpan limit, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var serverErrors = 0;
        var pause = FirstPause;
        while (true)
        {
            var attempt = await Attempt(method, path, key, body, cancellation);
            if (attempt.Reply is { } reply && (int)reply.Status is 500 && ++serverErrors >= MostServerErrors || attempt.IsFinal)
            {
                outage.End();
                return attempt.Reply!;
            }
            if (time.GetElapsedTime(started) > limit)
                throw outage.GiveUp(attempt.Why);
            if (!attempt.IsBusy)
                outage.Begin(attempt.Why, limit);
            await Task.Delay(attempt.RetryAfter ?? pause, time, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<AttemptResult> Attempt(
        HttpMethod method, string path, string? key, byte[]? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
            request.Headers.Add(KeyHeader, key);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var content = await response.Content.ReadAsByteArrayAsync(cancellation);
            return new AttemptResult(
                new ApiReply(response.StatusCode, response.Headers.Contains(ReplayedHeader), content), RetryAfterOf(response), null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return new AttemptResult(null, null, error.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new AttemptResult(null, null, "no answer in time");
        }
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta is { } wanted
        ? wanted < LongestRetryAfter ? wanted : LongestRetryAfter
        : null;

    private sealed record AttemptResult(ApiReply? Reply, TimeSpan? RetryAfter, string? Error)
    {
        private const string InUse = "idempotency-key-in-use";

        /// <summary>The server is there and asks for a moment.</summary>
        public bool IsBusy => Reply is { Status: HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests };

        // Everything else that repeating may change: overload, and answers that leave open what happened.
        public bool IsFinal => Reply is { } reply && (int)reply.Status switch
        {
            408 or 429 or >= 500 => false,
            409 => reply.ToRefusal().Code != InUse,
            _ => true,
        };

        public string Why => Error ?? string.Create(CultureInfo.InvariantCulture, $"it answers {(int)Reply!.Status}");
    }
}
