using OrleansOrders.Http;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Thousands of requests that nobody would send in good faith, from a seed: never a failure of the server's.</summary>
public abstract class HostileContract(IApiHost host) : ApiContract(host)
{
    private const int Requests = 3_000;

    [Fact]
    public async Task No_request_is_answered_with_a_failure_of_the_servers()
    {
        var draft = await CreateDraft();
        var failures = new List<string>();
        foreach (var batch in Enumerable.Range(1, Requests).Chunk(16))
        {
            foreach (var failure in await Task.WhenAll(batch.Select(seed => Send(seed, draft.Id))))
                failures.AddRange(failure is null ? [] : [failure]);
        }
        Assert.True(failures.Count == 0, $"{failures.Count} bad answers, the first: {string.Join('\n', failures.Take(5))}");
    }

    // What was wrong with the answer, or null.
    private async Task<string?> Send(int seed, string orderId)
    {
        using var message = new HostileRequest(seed, orderId).ToMessage();
        var answer = await Api.Send(message);
        return IsHarmless(answer.Status, answer.MediaType, answer.Code, message.Method == HttpMethod.Head)
            ? null : $"seed {seed}: {message} {answer.Status} {answer.Text}";
    }

    // 503 is right where a position is waited for that nothing reaches; everything else of the 5xx is not.
    internal static bool IsHarmless(int status, string? mediaType, string? code, bool hasNoBody) => status switch
    {
        < 400 => true,
        < 500 => mediaType == "application/problem+json" && (hasNoBody || code is not null),
        503 => code == ProblemCodes.ProjectionBehind,
        _ => false,
    };
}
