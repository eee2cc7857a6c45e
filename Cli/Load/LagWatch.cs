using System.Text.Json;
using OrleansOrders.Cli.Client;

namespace OrleansOrders.Cli.Load;

/// <summary>How far behind the log its followers were; the record is part of the JSON.</summary>
/// <param name="ProjectionEvents">Events that the slowest read model had not applied.</param>
/// <param name="ProjectionSeconds">Age of the oldest of them.</param>
/// <param name="ReactionEvents">Events that the fulfilments had not answered to.</param>
/// <param name="ReactionSeconds">Age of the oldest of them.</param>
public sealed record Lag(long ProjectionEvents, double ProjectionSeconds, long ReactionEvents, double ReactionSeconds)
{
    internal static Lag None { get; } = new(0, 0, 0, 0);

    internal Lag Or(Lag other) => new(
        Math.Max(ProjectionEvents, other.ProjectionEvents), Math.Max(ProjectionSeconds, other.ProjectionSeconds),
        Math.Max(ReactionEvents, other.ReactionEvents), Math.Max(ReactionSeconds, other.ReactionSeconds));
}

/// <summary>Asks the server once a second how far behind it is.</summary>
internal sealed class LagWatch(LoadHttp http)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>As it was last heard; null when the server does not say.</summary>
    public Lag? Latest { get; private set; }

    /// <summary>The largest of each that was heard.</summary>
    public Lag Largest { get; private set; } = Lag.None;

    /// <summary>Goes on until it is cancelled; a server that does not answer is asked again.</summary>
    public async Task Follow(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            do
                await Look(cancellation);
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException)
        {
            // That is its end.
        }
    }

    public async Task Look(CancellationToken cancellation)
    {
        Latest = await http.Get("/v1/consumers", cancellation) is { } body ? Read(body) : null;
        Largest = Largest.Or(Latest ?? Lag.None);
    }

    private static Lag? Read(byte[] body)
    {
        try
        {
            var followers = JsonSerializer.Deserialize(body, ClientJson.Default.ConsumerPage)!.Items;
            var models = followers.Where(follower => follower.IsReadModel).ToList();
            var reactions = followers.FirstOrDefault(follower => follower.Name == ConsumerReply.Reactions);
            return new Lag(
                models.Max(model => model.LagEvents), models.Max(model => model.LagSeconds),
                reactions?.LagEvents ?? 0, reactions?.LagSeconds ?? 0);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
