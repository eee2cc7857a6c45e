using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>The log is everybody's, and so is how far it has been followed; the orders in it are not.</summary>
internal static class OwnOrders
{
    /// <summary>The order's id where the caller's tenant has it, else null.</summary>
    public static async Task<string?> OwnOrNull(this Call call, string? orderId)
    {
        if (orderId is null)
            return null;
        try
        {
            var first = await call.Aggregates.ReadStream(call.Tenant, Order.StreamType, orderId, 0, 1, call.Aborted);
            return first.Count > 0 ? orderId : null;
        }
        catch (UnreadableEventException)
        {
            return orderId; // it is there
        }
    }
}
