using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>A delivery with everything that was tried, oldest first.</summary>
public sealed record DeliveryReply(WebhookDelivery Delivery, IReadOnlyList<WebhookAttempt> Attempts);

/// <param name="Resent">Deliveries that are sent again.</param>
public sealed record ResendReply(long Resent);
