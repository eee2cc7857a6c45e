using System.Text.Json.Serialization;

namespace OrleansOrders.Http;

/// <summary>Reads request bodies, and writes them again in one form, whatever their white space and order of members.</summary>
[JsonSerializable(typeof(CreateOrderRequest))]
[JsonSerializable(typeof(AddItemsRequest))]
[JsonSerializable(typeof(PlaceRequest))]
[JsonSerializable(typeof(ShipRequest))]
[JsonSerializable(typeof(ReturnRequest))]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(ReceiptRequest))]
[JsonSerializable(typeof(CustomerRequest))]
[JsonSerializable(typeof(RebuildRequest))]
[JsonSerializable(typeof(RepairEventRequest))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplaySetRequest))]
[JsonSerializable(typeof(WebhookRequest))]
[JsonSerializable(typeof(WebhookChangeRequest))]
[JsonSerializable(typeof(RotateRequest))]
[JsonSerializable(typeof(ResendRequest))]
internal sealed partial class RequestJson : JsonSerializerContext
{
    public static RequestJson Strict { get; } = new(JsonShape.Requests());
}
