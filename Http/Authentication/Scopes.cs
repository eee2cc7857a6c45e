namespace OrleansOrders.Http;

/// <summary>What a key may do. Each route declares exactly one.</summary>
public static class Scopes
{
    public const string OrdersRead = "orders:read";
    public const string OrdersWrite = "orders:write";
    public const string PaymentsCapture = "payments:capture";
    public const string PaymentsRefund = "payments:refund";
    public const string InventoryWrite = "inventory:write";
    public const string OpsRead = "ops:read";
    public const string OpsAct = "ops:act";

    /// <summary>Not a scope that a key can have: the route answers everybody, and says nothing that is a tenant's.</summary>
    public const string Public = "public";

    public static IReadOnlyList<string> All { get; } =
        [OrdersRead, OrdersWrite, PaymentsCapture, PaymentsRefund, InventoryWrite, OpsRead, OpsAct];
}
