using OrleansOrders.Domain;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Aggregates;

[GrainType("payment")]
public sealed class PaymentGrain(GrainServices services) : AggregateGrain<PaymentState, PaymentCommand, Payment>(services), IPaymentGrain
{
    public Task<CommandReply> Request(RequestPayment command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RecordAuthorized(RecordAuthorized command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RecordDeclined(RecordDeclined command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RecordOutcomeUnknown(RecordOutcomeUnknown command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RecordCaptured(RecordCaptured command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RecordCaptureFailed(RecordCaptureFailed command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Void(VoidPayment command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RequestRefund(RequestRefund command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> ApproveRefund(ApproveRefund command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RejectRefund(RejectRefund command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> WithdrawRefund(WithdrawRefund command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RecordRefunded(RecordRefunded command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RecordRefundFailed(RecordRefundFailed command, CommandKey key) => Execute(command, key);
}
