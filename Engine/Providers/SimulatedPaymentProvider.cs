using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Providers;

/// <summary>Where the simulated provider keeps its books: outside the order system, durable on its own.</summary>
public interface IProviderBooks : IPaymentLedger
{
    Task<ProviderRecord?> Find(string tenant, string idempotencyKey, CancellationToken cancellation);

    /// <summary>
    /// Performs an operation at most once per key: gives the first record of the key, or writes what
    /// <paramref name="decide"/> makes of the order's books, with no other operation on that order in between.
    /// </summary>
    /// <returns>The record, and whether this call wrote it.</returns>
    Task<(ProviderRecord Record, bool First)> Perform(
        ProviderRequest request, Func<IReadOnlyList<ProviderRecord>, ProviderRecord> decide, CancellationToken cancellation);
}

/// <summary>
/// A payment provider with its own books that obeys the payment method: see <see cref="PaymentMethods"/>. A refused refund
/// or void is not remembered under its key, so that a later attempt may succeed, as at real providers.
/// </summary>
public sealed class SimulatedPaymentProvider(IProviderBooks books, TimeProvider time, TimeSpan slowness) : IPaymentProvider
{
    public Task<ProviderReply> Authorize(ProviderRequest request, CancellationToken cancellation) =>
        Perform(ProviderRules.Authorize, request, null, cancellation);

    public Task<ProviderReply> Capture(ProviderRequest request, string authorization, CancellationToken cancellation) =>
        Perform(ProviderRules.Capture, request, null, cancellation);

    public Task<ProviderReply> Void(ProviderRequest request, string authorizationKey, CancellationToken cancellation) =>
        Perform(ProviderRules.Void, request, authorizationKey, cancellation);

    public Task<ProviderReply> Refund(ProviderRequest request, string capture, CancellationToken cancellation) =>
        Perform(ProviderRules.Refund, request, null, cancellation);

    public async Task<ProviderReply?> Find(string tenant, string idempotencyKey, CancellationToken cancellation) =>
        (await books.Find(tenant, idempotencyKey, cancellation))?.ToReply();

    private async Task<ProviderReply> Perform(
        string operation, ProviderRequest request, string? targetKey, CancellationToken cancellation)
    {
        if (request.Method == PaymentMethods.Slow && operation == ProviderRules.Authorize)
            await Task.Delay(slowness, time, cancellation);
        var (record, first) = await books.Perform(
            request, known => ProviderRules.Decide(known, operation, request, targetKey), cancellation);
        var losesReply = request.Method is PaymentMethods.TimeoutThenOk or PaymentMethods.TimeoutThenDeclined;
        return first && losesReply && operation == ProviderRules.Authorize
            ? throw new TimeoutException("The payment provider did not answer.")
            : record.ToReply();
    }
}
