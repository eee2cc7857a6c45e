using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Personal;

namespace OrleansOrders.Engine.Notifications;

/// <summary>Limits of the notifications.</summary>
public sealed record NotificationOptions
{
    /// <summary>How long one message may take to leave. Default 30 s.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a claim holds; a message that a crash left half-way is sent again after it. Default 2 minutes, and always
    /// more than twice <see cref="SendTimeout"/>, so that nobody is overtaken while its message is on the way.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Events that happened longer ago are nobody's news: an import of last year's orders writes to nobody. Default 7 days.
    /// </summary>
    public TimeSpan OldestNews { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Orders whose messages are on the way at the same time. Default 4.</summary>
    public int ConcurrentOrders { get; init; } = 4;

    /// <summary>How far the log is read ahead of the oldest message that is not sent. Default 20,000 events.</summary>
    public int Window { get; init; } = 20_000;

    /// <summary>How often the position is written down; what came after is looked at again. Default 1 s.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Opens what is known of the customer. Null (the default) where nothing is sealed.</summary>
    public PersonalTexts? Personal { get; init; }

    /// <summary>Called after a message has left and before it is marked, for tests that crash there. Null by default.</summary>
    public Action<CustomerMessage>? Sent { get; init; }

    /// <exception cref="ArgumentException">A claim could end while its message is on the way.</exception>
    public NotificationOptions Checked() => Lease > 2 * SendTimeout
        ? this
        : throw new ArgumentException("The lease of a notification is more than twice the time that it may take to send.");
}
