using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Aggregates;

/// <summary>Commands that open a stream name what they open.</summary>
internal static class CommandTargets
{
    /// <summary>The id that the command names, or null when it names none.</summary>
    public static string? IdOf(Command command) => command switch
    {
        CreateOrder order => order.OrderId,
        RequestPayment payment => payment.OrderId,
        CreateShipment shipment => shipment.OrderId,
        PutCustomer customer => customer.CustomerId,
        StartFulfilment fulfilment => fulfilment.OrderId,
        _ => null,
    };
}
