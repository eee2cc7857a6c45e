namespace OrleansOrders.Domain;

/// <summary>The six aggregates' folds, chosen by the stream's type, for readers that take streams as they come.</summary>
public static class AggregateFolds
{
    /// <summary>Null when there is no such type.</summary>
    public static object? Initial(string streamType) => streamType switch
    {
        "order" => Order.Initial,
        "payment" => Payment.Initial,
        "stock" => Stock.Initial,
        "shipment" => Shipment.Initial,
        "customer" => Customer.Initial,
        "fulfilment" => Fulfilment.Initial,
        _ => null,
    };

    /// <exception cref="ImpossibleEventException">The state cannot take the event.</exception>
    public static object Evolve(object state, DomainEvent @event) => state switch
    {
        OrderState order => Order.Evolve(order, @event),
        PaymentState payment => Payment.Evolve(payment, @event),
        StockState stock => Stock.Evolve(stock, @event),
        ShipmentState shipment => Shipment.Evolve(shipment, @event),
        CustomerState customer => Customer.Evolve(customer, @event),
        FulfilmentState fulfilment => Fulfilment.Evolve(fulfilment, @event),
        _ => throw new ImpossibleEventException(state, @event),
    };
}
