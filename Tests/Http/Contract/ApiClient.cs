using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Speaks HTTP as a caller would: JSON as text, headers by name.</summary>
public sealed class ApiClient(IApiHost host, string tenant = "default")
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) });

    public static string NewKey() => Guid.NewGuid().ToString();

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, null, headers);

    /// <summary>A command with a key of its own.</summary>
    public Task<Answer> Post(string path, JsonNode? body = null, string? key = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, body?.ToJsonString(), key ?? NewKey(), headers);

    public Task<Answer> PostText(string path, string body, string? key = null) => Send(HttpMethod.Post, path, body, key ?? NewKey(), []);

    public Task<Answer> Put(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Put, path, body.ToJsonString(), null, headers);

    public Task<Answer> Delete(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Delete, path, null, null, headers);

    public async Task<Answer> Send(HttpMethod method, string path, string? body, string? key, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Send(request);
    }

    public async Task<Answer> Send(HttpRequestMessage request)
    {
        request.RequestUri = new Uri(host.BaseAddress, request.RequestUri!);
        host.Authenticate(request, tenant);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers, response.Content.Headers);
    }

    /// <summary>Asks again until the answer is as wanted; fails after half a minute with what came last.</summary>
    public async Task<Answer> GetUntil(string path, Func<Answer, bool> isWanted)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var answer = await Get(path);
            if (isWanted(answer))
                return answer;
            Assert.False(deadline.IsCancellationRequested, $"GET {path} still says {answer.Status}: {answer.Text}");
            await pause.WaitForNextTickAsync();
        }
    }
}
