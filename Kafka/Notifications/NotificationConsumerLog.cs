using Microsoft.Extensions.Logging;

namespace OrleansOrders.Kafka;

/// <summary>What the notifications say of themselves in the log. Reasons only: nothing that a customer wrote.</summary>
internal sealed partial class NotificationConsumerLog(ILogger log)
{
    [LoggerMessage(1, LogLevel.Warning, "Notifications: {What} failed and will be tried again: {Kind}: {Reason}")]
    public partial void Failed(string what, string kind, string reason);

    [LoggerMessage(2, LogLevel.Error, "The message at {Where} is not taken and was put with the dead letters: {Reason}.")]
    public partial void NotOurs(string where, string reason);

    [LoggerMessage(3, LogLevel.Debug, "Kafka's client says: {Reason}")]
    public partial void Said(string reason);
}
