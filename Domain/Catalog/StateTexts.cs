namespace OrleansOrders.Domain;

/// <summary>The personal texts of the states, which have them from <see cref="EventTexts"/>' events.</summary>
public static class StateTexts
{
    /// <summary>The state with every personal text changed. The state itself when it has none.</summary>
    public static TState Change<TState>(TState state, Func<string, string> change)
        where TState : class => (TState)(object)(state switch
        {
            OrderState.Existing order when order.Facts is { ShippingAddress: not null } or { CancelReason: not null } =>
                order with { Facts = Change(order.Facts, change) },
            CustomerState.Registered customer => customer with { Details = EventTexts.Change(customer.Details, change) },
            PaymentState.Existing payment when !payment.Facts.Refunds.IsEmpty => payment with { Facts = Change(payment.Facts, change) },
            PaymentState.Voided { Facts: { Refunds.IsEmpty: false } facts } payment => payment with { Facts = Change(facts, change) },
            FulfilmentState.Compensating saga => saga with { Reason = change(saga.Reason) },
            FulfilmentState.Compensated saga => saga with { Reason = change(saga.Reason) },
            FulfilmentState.Parked saga => saga with { Reason = change(saga.Reason) },
            _ => state,
        });

    private static OrderFacts Change(OrderFacts facts, Func<string, string> change) => facts with
    {
        ShippingAddress = EventTexts.ChangeIfAny(facts.ShippingAddress, change),
        CancelReason = EventTexts.ChangeIfAny(facts.CancelReason, change),
    };

    private static PaymentFacts Change(PaymentFacts facts, Func<string, string> change) => facts with
    {
        Refunds = [.. facts.Refunds.Select(refund => refund with { Reason = change(refund.Reason) })],
    };
}
