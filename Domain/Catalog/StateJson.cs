using System.Text.Json.Serialization;

namespace OrleansOrders.Domain;

/// <summary>
/// The JSON of snapshots. The nested states share short names (there are two Cancelled), so each gets a name of its
/// own in the generated code.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OrderState))]
[JsonSerializable(typeof(OrderState.NotCreated), TypeInfoPropertyName = "OrderNotCreated")]
[JsonSerializable(typeof(OrderState.Draft), TypeInfoPropertyName = "OrderDraft")]
[JsonSerializable(typeof(OrderState.Placed), TypeInfoPropertyName = "OrderPlaced")]
[JsonSerializable(typeof(OrderState.Confirmed), TypeInfoPropertyName = "OrderConfirmed")]
[JsonSerializable(typeof(OrderState.Shipped), TypeInfoPropertyName = "OrderShipped")]
[JsonSerializable(typeof(OrderState.Delivered), TypeInfoPropertyName = "OrderDelivered")]
[JsonSerializable(typeof(OrderState.Cancelled), TypeInfoPropertyName = "OrderCancelled")]
[JsonSerializable(typeof(PaymentState))]
[JsonSerializable(typeof(PaymentState.NotRequested), TypeInfoPropertyName = "PaymentNotRequested")]
[JsonSerializable(typeof(PaymentState.Requested), TypeInfoPropertyName = "PaymentRequested")]
[JsonSerializable(typeof(PaymentState.Authorized), TypeInfoPropertyName = "PaymentAuthorized")]
[JsonSerializable(typeof(PaymentState.Declined), TypeInfoPropertyName = "PaymentDeclined")]
[JsonSerializable(typeof(PaymentState.Captured), TypeInfoPropertyName = "PaymentCaptured")]
[JsonSerializable(typeof(PaymentState.Voided), TypeInfoPropertyName = "PaymentVoided")]
[JsonSerializable(typeof(StockState))]
[JsonSerializable(typeof(ShipmentState))]
[JsonSerializable(typeof(ShipmentState.NotCreated), TypeInfoPropertyName = "ShipmentNotCreated")]
[JsonSerializable(typeof(ShipmentState.Created), TypeInfoPropertyName = "ShipmentCreated")]
[JsonSerializable(typeof(ShipmentState.Dispatched), TypeInfoPropertyName = "ShipmentDispatched")]
[JsonSerializable(typeof(ShipmentState.Delivered), TypeInfoPropertyName = "ShipmentDelivered")]
[JsonSerializable(typeof(ShipmentState.Cancelled), TypeInfoPropertyName = "ShipmentCancelled")]
[JsonSerializable(typeof(CustomerState))]
[JsonSerializable(typeof(CustomerState.NotRegistered), TypeInfoPropertyName = "CustomerNotRegistered")]
[JsonSerializable(typeof(CustomerState.Registered), TypeInfoPropertyName = "CustomerRegistered")]
[JsonSerializable(typeof(CustomerState.Erased), TypeInfoPropertyName = "CustomerErased")]
[JsonSerializable(typeof(FulfilmentState))]
[JsonSerializable(typeof(FulfilmentState.NotStarted), TypeInfoPropertyName = "FulfilmentNotStarted")]
[JsonSerializable(typeof(FulfilmentState.Running), TypeInfoPropertyName = "FulfilmentRunning")]
[JsonSerializable(typeof(FulfilmentState.Compensating), TypeInfoPropertyName = "FulfilmentCompensating")]
[JsonSerializable(typeof(FulfilmentState.Completed), TypeInfoPropertyName = "FulfilmentCompleted")]
[JsonSerializable(typeof(FulfilmentState.Compensated), TypeInfoPropertyName = "FulfilmentCompensated")]
[JsonSerializable(typeof(FulfilmentState.Parked), TypeInfoPropertyName = "FulfilmentParked")]
internal sealed partial class StateJson : JsonSerializerContext;
