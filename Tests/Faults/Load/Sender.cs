using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Http;

namespace OrleansOrders.Tests.Faults;

/// <summary>A command as a client sends it.</summary>
/// <param name="Stream">That it is about.</param>
internal sealed record Order(string Tenant, string Key, string Path, string Stream, object Body);

/// <summary>Sends requests and writes down what became of each.</summary>
internal sealed class Sender(ServerAddress server, ClientHistory history) : IDisposable
{
    private static readonly HashSet<string> OfTheRules = [.. typeof(Refusals).GetFields().Select(field => (string)field.GetValue(null)!)];

    // Shorter than a server may take, so that some are given up while they are being carried out.
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(8) };

    public async Task<Invocation> Send(Order order)
    {
        var body = JsonSerializer.Serialize(order.Body);
        using var request = Request(HttpMethod.Post, order.Path, order.Tenant);
        request.Headers.Add("Idempotency-Key", order.Key);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var fingerprint = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{order.Path}\n{body}")));
        var unknown = new Invocation(history.Tick(), 0, order.Tenant, order.Key, order.Stream, fingerprint, Outcome.Unknown);
        var invocation = await Ask(request) is { } answer ? Read(unknown, answer) : unknown;
        history.Add(invocation = invocation with { Ended = history.Tick() });
        return invocation;
    }

    /// <summary>Looks at a stream's read model. What brings no answer, or one that it is behind, is not a reading.</summary>
    public async Task<Reading?> Read(string tenant, string path, string stream, long minPosition)
    {
        using var request = Request(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{path}?min-position={minPosition}"), tenant);
        var begun = history.Tick();
        if (await Ask(request) is not { Status: HttpStatusCode.OK or HttpStatusCode.NotFound } answer)
            return null;
        var reading = new Reading(begun, history.Tick(), tenant, stream, minPosition, answer.Version, answer.Status == HttpStatusCode.OK ? answer.Text : "");
        history.Add(reading);
        return reading;
    }

    public void Dispose() => client.Dispose();

    private static Invocation Read(Invocation sent, Answer answer)
    {
        var read = sent with { IsReplayed = answer.IsReplayed, Version = answer.Version, Position = answer.Position, Reply = answer.Text };
        if ((int)answer.Status < 300)
            return read with { Outcome = Outcome.Done };
        var code = CodeOf(answer.Text);
        return read with
        {
            Code = code,
            // What names the request or its time is not part of what was decided.
            Outcome = code switch
            {
                _ when (int)answer.Status >= 500 => Outcome.Unknown,
                ProblemCodes.IdempotencyKeyReused => Outcome.KeyReused,
                not null when OfTheRules.Contains(code) => Outcome.Refused,
                _ => Outcome.NotTaken,
            },
        };
    }

    private static string? CodeOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text).TryGetProperty("code", out var code) ? code.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string tenant)
    {
        var request = new HttpRequestMessage(method, server.Url + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Tenants.SecretOf(tenant));
        return request;
    }

    private async Task<Answer?> Ask(HttpRequestMessage request)
    {
        try
        {
            using var response = await client.SendAsync(request);
            var position = response.Headers.TryGetValues("Orders-Position", out var positions) ? positions.Single() : "0";
            return new Answer(
                response.StatusCode, response.Headers.Contains("Idempotent-Replayed"),
                long.Parse(response.Headers.ETag?.Tag.Trim('"') ?? "0", CultureInfo.InvariantCulture), long.Parse(position, CultureInfo.InvariantCulture),
                await response.Content.ReadAsStringAsync());
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    private sealed record Answer(HttpStatusCode Status, bool IsReplayed, long Version, long Position, string Text);
}
