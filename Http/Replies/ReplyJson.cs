using System.Text.Json.Serialization;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Writes every success.</summary>
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(Page<OrderSummary>))]
[JsonSerializable(typeof(PaymentView))]
[JsonSerializable(typeof(RefundView))]
[JsonSerializable(typeof(StockView))]
[JsonSerializable(typeof(CustomerView))]
[JsonSerializable(typeof(ErasureReceipt))]
[JsonSerializable(typeof(Page<FulfilmentView>))]
[JsonSerializable(typeof(FulfilmentReply))]
[JsonSerializable(typeof(SalesReport))]
[JsonSerializable(typeof(Page<ProjectionStatus>))]
[JsonSerializable(typeof(Page<ConsumerStatus>))]
[JsonSerializable(typeof(RebuildReply))]
[JsonSerializable(typeof(Page<DeadLetterView>))]
[JsonSerializable(typeof(DeadLetterReply))]
[JsonSerializable(typeof(RepairReply))]
[JsonSerializable(typeof(ReplayResult))]
[JsonSerializable(typeof(ReplaySummary))]
[JsonSerializable(typeof(Page<AuditReply>))]
[JsonSerializable(typeof(Page<EventReply>))]
[JsonSerializable(typeof(Page<TimelineEntry>))]
[JsonSerializable(typeof(EventMetadata))]
[JsonSerializable(typeof(HealthReply))]
[JsonSerializable(typeof(EnvironmentReply))]
[JsonSerializable(typeof(Page<NotificationView>))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(Page<WebhookView>))]
[JsonSerializable(typeof(WebhookDelivery))]
[JsonSerializable(typeof(Page<WebhookDelivery>))]
[JsonSerializable(typeof(DeliveryReply))]
[JsonSerializable(typeof(ResendReply))]
[JsonSerializable(typeof(LiveReply))]
[JsonSerializable(typeof(LiveJump))]
internal sealed partial class ReplyJson : JsonSerializerContext
{
    public static ReplyJson Instance { get; } = new(JsonShape.Replies());
}
