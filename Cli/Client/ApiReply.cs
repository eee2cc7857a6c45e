using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Cli.Client;

/// <summary>A final answer of the server: done, or refused for a reason that repeating does not change.</summary>
/// <param name="IsReplayed">The server had carried the command out before, and gives its first answer again.</param>
public sealed record ApiReply(HttpStatusCode Status, bool IsReplayed, byte[] Body)
{
    public bool IsDone => (int)Status is >= 200 and < 300;

    public T Read<T>(JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(Body, type) ?? throw new JsonException("The server's reply is null.");

    /// <summary>What stands in the way, when it is not done.</summary>
    public Refusal ToRefusal()
    {
        try
        {
            var problem = Read(ClientJson.Default.ProblemReply);
            return new Refusal(problem.Code ?? $"http-{(int)Status}", Describe(problem));
        }
        catch (JsonException)
        {
            return new Refusal($"http-{(int)Status}", "The server did not say why.");
        }
    }

    private static string Describe(ProblemReply problem) => problem.Errors is { Count: > 0 } errors
        ? $"{errors[0].Pointer}: {errors[0].Detail}"
        : problem.Detail ?? problem.Title ?? "";
}

/// <param name="Code">Stable, kebab-case.</param>
public sealed record Refusal(string Code, string Detail);
