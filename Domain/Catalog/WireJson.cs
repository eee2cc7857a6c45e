using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Domain;

/// <summary>
/// Commands and states as they travel between processes of one cluster. Never stored: the log has <see cref="EventCatalog"/>,
/// snapshots have <see cref="StateCatalog"/>.
/// </summary>
public static class WireJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Whether the type is a command or a state; what they are made of travels inside them.</summary>
    public static bool IsCarried(Type type) => typeof(Command).IsAssignableFrom(type) || IsState(type);

    private static bool IsState(Type type) =>
        StateCatalog.StateTypes.Any(state => state.IsAssignableFrom(type));

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            IgnoreReadOnlyProperties = true,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(StateJson.Default, CommandJson.Default),
        };
        options.MakeReadOnly();
        return options;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CreateOrder))]
[JsonSerializable(typeof(AddItems))]
[JsonSerializable(typeof(ChangeQuantity))]
[JsonSerializable(typeof(RemoveItem))]
[JsonSerializable(typeof(PlaceOrder))]
[JsonSerializable(typeof(ConfirmOrder))]
[JsonSerializable(typeof(ShipOrder))]
[JsonSerializable(typeof(DeliverOrder))]
[JsonSerializable(typeof(CancelOrder))]
[JsonSerializable(typeof(ReturnItems))]
[JsonSerializable(typeof(RequestPayment))]
[JsonSerializable(typeof(RecordAuthorized))]
[JsonSerializable(typeof(RecordDeclined))]
[JsonSerializable(typeof(RecordOutcomeUnknown))]
[JsonSerializable(typeof(RecordCaptured))]
[JsonSerializable(typeof(RecordCaptureFailed))]
[JsonSerializable(typeof(VoidPayment))]
[JsonSerializable(typeof(RequestRefund))]
[JsonSerializable(typeof(ApproveRefund))]
[JsonSerializable(typeof(RejectRefund))]
[JsonSerializable(typeof(WithdrawRefund))]
[JsonSerializable(typeof(RecordRefunded))]
[JsonSerializable(typeof(RecordRefundFailed))]
[JsonSerializable(typeof(ReceiveStock))]
[JsonSerializable(typeof(ReserveStock))]
[JsonSerializable(typeof(ReleaseReservation))]
[JsonSerializable(typeof(ShipStock))]
[JsonSerializable(typeof(AdjustStock))]
[JsonSerializable(typeof(CreateShipment))]
[JsonSerializable(typeof(DispatchShipment))]
[JsonSerializable(typeof(DeliverShipment))]
[JsonSerializable(typeof(CancelShipment))]
[JsonSerializable(typeof(PutCustomer))]
[JsonSerializable(typeof(EraseCustomer))]
[JsonSerializable(typeof(StartFulfilment))]
[JsonSerializable(typeof(CompleteStep))]
[JsonSerializable(typeof(FailStep))]
[JsonSerializable(typeof(WakeFulfilment))]
[JsonSerializable(typeof(Compensate))]
[JsonSerializable(typeof(CompleteCompensationStep))]
[JsonSerializable(typeof(FailCompensationStep))]
[JsonSerializable(typeof(RetryFulfilment))]
[JsonSerializable(typeof(SkipCompensationStep))]
internal sealed partial class CommandJson : JsonSerializerContext;
