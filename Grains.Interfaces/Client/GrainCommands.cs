using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>Which grain and which of its methods a command is for.</summary>
public static class GrainCommands
{
    /// <exception cref="ArgumentException">No aggregate takes the command, or the id cannot be a grain's.</exception>
    public static Task<CommandReply> Send(this IGrainFactory grains, string tenant, string id, Command command, CommandKey key)
    {
        var grainId = GrainKeys.Of(tenant, id);
        return command switch
        {
            OrderCommand order => Send(grains.GetGrain<IOrderGrain>(grainId), order, key),
            PaymentCommand payment => Send(grains.GetGrain<IPaymentGrain>(grainId), payment, key),
            StockCommand stock => Send(grains.GetGrain<IStockGrain>(grainId), stock, key),
            ShipmentCommand shipment => Send(grains.GetGrain<IShipmentGrain>(grainId), shipment, key),
            CustomerCommand customer => Send(grains.GetGrain<ICustomerGrain>(grainId), customer, key),
            FulfilmentCommand fulfilment => Send(grains.GetGrain<IFulfilmentGrain>(grainId), fulfilment, key),
            _ => throw Unknown(command),
        };
    }

    private static Task<CommandReply> Send(IOrderGrain order, OrderCommand command, CommandKey key) => command switch
    {
        CreateOrder create => order.Create(create, key),
        AddItems add => order.AddItems(add, key),
        ChangeQuantity change => order.ChangeQuantity(change, key),
        RemoveItem remove => order.RemoveItem(remove, key),
        PlaceOrder place => order.Place(place, key),
        ConfirmOrder confirm => order.Confirm(confirm, key),
        ShipOrder ship => order.Ship(ship, key),
        DeliverOrder deliver => order.Deliver(deliver, key),
        CancelOrder cancel => order.Cancel(cancel, key),
        ReturnItems items => order.Return(items, key),
        _ => throw Unknown(command),
    };

    private static Task<CommandReply> Send(IPaymentGrain payment, PaymentCommand command, CommandKey key) => command switch
    {
        RequestPayment request => payment.Request(request, key),
        RecordAuthorized authorized => payment.RecordAuthorized(authorized, key),
        RecordDeclined declined => payment.RecordDeclined(declined, key),
        RecordOutcomeUnknown unknown => payment.RecordOutcomeUnknown(unknown, key),
        RecordCaptured captured => payment.RecordCaptured(captured, key),
        RecordCaptureFailed failed => payment.RecordCaptureFailed(failed, key),
        VoidPayment gone => payment.Void(gone, key),
        RequestRefund refund => payment.RequestRefund(refund, key),
        ApproveRefund approve => payment.ApproveRefund(approve, key),
        RejectRefund reject => payment.RejectRefund(reject, key),
        WithdrawRefund withdraw => payment.WithdrawRefund(withdraw, key),
        RecordRefunded refunded => payment.RecordRefunded(refunded, key),
        RecordRefundFailed failed => payment.RecordRefundFailed(failed, key),
        _ => throw Unknown(command),
    };

    private static Task<CommandReply> Send(IStockGrain stock, StockCommand command, CommandKey key) => command switch
    {
        ReceiveStock receive => stock.Receive(receive, key),
        ReserveStock reserve => stock.Reserve(reserve, key),
        ReleaseReservation release => stock.Release(release, key),
        ShipStock ship => stock.Ship(ship, key),
        AdjustStock adjust => stock.Adjust(adjust, key),
        _ => throw Unknown(command),
    };

    private static Task<CommandReply> Send(IShipmentGrain shipment, ShipmentCommand command, CommandKey key) => command switch
    {
        CreateShipment create => shipment.Create(create, key),
        DispatchShipment dispatch => shipment.Dispatch(dispatch, key),
        DeliverShipment deliver => shipment.Deliver(deliver, key),
        CancelShipment cancel => shipment.Cancel(cancel, key),
        _ => throw Unknown(command),
    };

    private static Task<CommandReply> Send(ICustomerGrain customer, CustomerCommand command, CommandKey key) => command switch
    {
        PutCustomer put => customer.Put(put, key),
        EraseCustomer erase => customer.Erase(erase, key),
        _ => throw Unknown(command),
    };

    private static Task<CommandReply> Send(IFulfilmentGrain fulfilment, FulfilmentCommand command, CommandKey key) => command switch
    {
        RetryFulfilment retry => fulfilment.Retry(retry, key),
        SkipCompensationStep skip => fulfilment.Skip(skip, key),
        Compensate compensate => fulfilment.Compensate(compensate, key),
        _ => fulfilment.Advance(command, key),
    };

    private static ArgumentException Unknown(Command command) => new($"No grain takes {command.GetType().Name}.", nameof(command));
}
