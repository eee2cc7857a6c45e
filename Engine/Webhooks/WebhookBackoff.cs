using OrleansOrders.Domain;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>When what failed is tried again: after 5 seconds, each time three times as long, up to 8 hours.</summary>
internal static class WebhookBackoff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(8);
    public static readonly TimeSpan LongestAsked = TimeSpan.FromHours(6);

    /// <param name="delivery">Spreads those that failed together, by up to a fifth in both directions.</param>
    /// <param name="attempt">The one that failed; 1 is the first.</param>
    /// <param name="asked">What the receiver asked for.</param>
    public static TimeSpan After(Guid delivery, int attempt, TimeSpan? asked)
    {
        var full = Math.Min(First.Ticks * Math.Pow(3, Math.Min(attempt - 1, 20)), Longest.Ticks);
        var spread = 0.8 + (0.4 * Backoff.Fraction(delivery.ToString("N"), attempt));
        var own = TimeSpan.FromTicks((long)(full * spread));
        return asked is { } wait && wait > own ? TimeSpan.FromTicks(Math.Min(wait.Ticks, Math.Max(LongestAsked.Ticks, own.Ticks))) : own;
    }
}
