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

    /// <summary>Promises money back; the provider is asked afterwards. Refused beyond what was captured (<c>refund-exceeds-captured</c>).</summary>
    [Alias("RequestRefund")]
    Task<CommandReply> RequestRefund(RequestRefund command, CommandKey key);

    [Alias("RecordRefunded")]
    Task<CommandReply> RecordRefunded(RecordRefunded command, CommandKey key);

    [Alias("RecordRefundFailed")]
    Task<CommandReply> RecordRefundFailed(RecordRefundFailed command, CommandKey key);
}
