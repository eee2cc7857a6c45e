using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>
/// The payment of one order; its id is the order's. Amounts are minor units. Callers outside ask for refunds and read; the
/// other commands write down what the payment provider has said, and are the fulfilment's own.
/// </summary>
[Alias("orders.IPaymentGrain"), Version(ContractVersion.Current)]
public interface IPaymentGrain : IAggregateGrain<PaymentState>
{
    [Alias("Request")]
    Task<CommandReply> Request(RequestPayment command, CommandKey key);

    [Alias("RecordAuthorized")]
    Task<CommandReply> RecordAuthorized(RecordAuthorized command, CommandKey key);

    [Alias("RecordDeclined")]
    Task<CommandReply> RecordDeclined(RecordDeclined command, CommandKey key);

    [Alias("RecordOutcomeUnknown")]
    Task<CommandReply> RecordOutcomeUnknown(RecordOutcomeUnknown command, CommandKey key);

    [Alias("RecordCaptured")]
    Task<CommandReply> RecordCaptured(RecordCaptured command, CommandKey key);

    [Alias("RecordCaptureFailed")]
    Task<CommandReply> RecordCaptureFailed(RecordCaptureFailed command, CommandKey key);

    [Alias("Void")]
    Task<CommandReply> Void(VoidPayment command, CommandKey key);

    /// <summary>Promises money back; the provider is asked afterwards. Above the cluster's limit it is only proposed. Refused beyond what was captured (<c>refund-exceeds-captured</c>).</summary>
    [Alias("RequestRefund")]
    Task<CommandReply> RequestRefund(RequestRefund command, CommandKey key);

    /// <summary>Lets a proposed refund go ahead. Refused to whoever proposed it (<c>refund-needs-another-person</c>).</summary>
    [Alias("ApproveRefund")]
    Task<CommandReply> ApproveRefund(ApproveRefund command, CommandKey key);

    /// <summary>Turns a proposed refund down. Refused to whoever proposed it (<c>refund-needs-another-person</c>).</summary>
    [Alias("RejectRefund")]
    Task<CommandReply> RejectRefund(RejectRefund command, CommandKey key);

    /// <summary>Takes a proposed refund back. Refused to everybody else (<c>refund-of-another-person</c>).</summary>
    [Alias("WithdrawRefund")]
    Task<CommandReply> WithdrawRefund(WithdrawRefund command, CommandKey key);

    [Alias("RecordRefunded")]
    Task<CommandReply> RecordRefunded(RecordRefunded command, CommandKey key);

    [Alias("RecordRefundFailed")]
    Task<CommandReply> RecordRefundFailed(RecordRefundFailed command, CommandKey key);
}
