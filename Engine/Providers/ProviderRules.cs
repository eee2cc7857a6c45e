using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Providers;

/// <summary>One line in the simulated provider's books.</summary>
/// <param name="TargetKey">For a void: the authorization's idempotency key.</param>
/// <param name="Code">Why it was refused; null when it succeeded.</param>
public sealed record ProviderRecord(
    string IdempotencyKey, string Operation, long Amount, string? TargetKey, string? Code, string Reference)
{
    public bool Succeeded => Code is null;

    public ProviderReply ToReply() => Code is null ? new ProviderReply.Succeeded(Reference) : new ProviderReply.Refused(Code);
}

/// <summary>The rules of the simulated payment provider, over what its books hold of one order. Pure.</summary>
public static class ProviderRules
{
    public const string Authorize = "authorize";
    public const string Capture = "capture";
    public const string Void = "void";
    public const string Refund = "refund";

    /// <summary>What the provider writes down; the caller has made sure that the key is new.</summary>
    public static ProviderRecord Decide(
        IReadOnlyList<ProviderRecord> books, string operation, ProviderRequest request, string? targetKey)
    {
        var code = operation switch
        {
            Authorize => RefuseAuthorization(books, request),
            Capture => RefuseCapture(books, request),
            Void => books.Any(record => record is { Operation: Capture, Succeeded: true }) ? "already-captured" : null,
            _ => RefuseRefund(books, request),
        };
        return new ProviderRecord(
            request.IdempotencyKey, operation, request.Amount, targetKey, code,
            $"{operation}-{Ids.Text(Ids.Derive(request.Tenant, request.IdempotencyKey))[..12]}");
    }

    private static string? RefuseAuthorization(IReadOnlyList<ProviderRecord> books, ProviderRequest request)
    {
        if (books.Any(record => record.Operation == Void && record.TargetKey == request.IdempotencyKey))
            return "authorization-voided";
        return request.Method is PaymentMethods.Declined or PaymentMethods.TimeoutThenDeclined ? "card-declined" : null;
    }

    private static string? RefuseCapture(IReadOnlyList<ProviderRecord> books, ProviderRequest request)
    {
        if (books.FirstOrDefault(record => record is { Operation: Authorize, Succeeded: true }) is not { } authorization)
            return "not-authorized";
        if (books.Any(record => record.Operation == Void && record.Succeeded))
            return "authorization-voided";
        if (books.Any(record => record is { Operation: Capture, Succeeded: true }))
            return "already-captured";
        if (request.Amount > authorization.Amount)
            return "capture-exceeds-authorization";
        return request.Method == PaymentMethods.CaptureFails ? "capture-failed" : null;
    }

    private static string? RefuseRefund(IReadOnlyList<ProviderRecord> books, ProviderRequest request)
    {
        var captured = books.Where(record => record is { Operation: Capture, Succeeded: true }).Sum(record => record.Amount);
        var refunded = books.Where(record => record is { Operation: Refund, Succeeded: true }).Sum(record => record.Amount);
        if (request.Amount > captured - refunded)
            return "refund-exceeds-capture";
        return request.Method == PaymentMethods.RefundFails ? "refund-failed" : null;
    }
}
