using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansOrders.Cli.Client;

// What the verbs send and what they read of the answers. The server's contract is the OpenAPI document; members that
// nobody here needs are left out of the replies.

public sealed record LineBody(string Sku, long Quantity, long UnitPrice, string? Description);

public sealed record CreateOrderBody(
    string CustomerId, string Currency, string PaymentMethod, string? Country, DateTimeOffset? OccurredAt, bool Place,
    IReadOnlyList<LineBody> Lines);

public sealed record ItemsBody(IReadOnlyList<LineBody> Lines);

public sealed record PlaceBody(DateTimeOffset? OccurredAt);

public sealed record ShipBody(string Carrier, string TrackingNumber);

public sealed record ReturnLineBody(string Sku, long Quantity);

public sealed record ReturnBody(IReadOnlyList<ReturnLineBody> Lines, string Reason);

public sealed record ReceiptBody(long Quantity);

public sealed record ReasonBody(string Reason);

public sealed record CustomerBody(string Name, string? Email, string? Address, string? Country);

public sealed record EmptyBody;

public sealed record RepairBody(string? Type, JsonElement Data, string Reason);

public sealed record ReplayBody(string Reason, bool DryRun);

public sealed record ReplaySetBody(string Reason, bool DryRun, string? Consumer, string? Type, string? Stream);

public sealed record OrderReply(string Id, string Status, long Total);

public sealed record FulfilmentReply(string OrderId, string Status);

public sealed record FulfilmentPage(IReadOnlyList<FulfilmentReply> Items, string? Next);

public sealed record ProjectionReply(string Name, long Position, long End, string State, string? Error);

public sealed record ProjectionPage(IReadOnlyList<ProjectionReply> Items);

public sealed record ConsumerReply(string Name, long Position, long End, long LagEvents, double LagSeconds, string State, string? Error)
{
    public const string Reactions = "reactions";

    public bool IsReadModel => Name is not (Reactions or "notifications" or "publisher");
}

public sealed record ConsumerPage(IReadOnlyList<ConsumerReply> Items);

public sealed record EnvironmentTenant(string Tenant);

public sealed record RefundReply(long Amount, string Status);

public sealed record PaymentReply(string Status, long Captured, long Refunded, IReadOnlyList<RefundReply> Refunds);

public sealed record SalesRowReply(string Key, string Currency, long Orders, long Quantity, long Gross);

public sealed record SalesReply(IReadOnlyList<SalesRowReply> Rows, IReadOnlyList<SalesRowReply> Totals);

public sealed record ProblemReply(string? Title, string? Detail, string? Code, IReadOnlyList<FieldErrorReply>? Errors);

public sealed record FieldErrorReply(string? Pointer, string? Detail);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateOrderBody))]
[JsonSerializable(typeof(ItemsBody))]
[JsonSerializable(typeof(PlaceBody))]
[JsonSerializable(typeof(ShipBody))]
[JsonSerializable(typeof(ReturnBody))]
[JsonSerializable(typeof(ReceiptBody))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(CustomerBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(RepairBody))]
[JsonSerializable(typeof(ReplayBody))]
[JsonSerializable(typeof(ReplaySetBody))]
[JsonSerializable(typeof(OrderReply))]
[JsonSerializable(typeof(FulfilmentPage))]
[JsonSerializable(typeof(ProjectionPage))]
[JsonSerializable(typeof(ConsumerPage))]
[JsonSerializable(typeof(EnvironmentTenant))]
[JsonSerializable(typeof(PaymentReply))]
[JsonSerializable(typeof(SalesReply))]
[JsonSerializable(typeof(ProblemReply))]
public sealed partial class ClientJson : JsonSerializerContext;
