using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Invariant 3: an order's money is captured at most once, and the log agrees with the provider's books in both directions:
/// what the log says happened stands there with the same amount, currency, code and reference, and what stands there is
/// known to the log, unless it is under way.
/// </summary>
internal sealed class PaymentBooks : IOrderCheck
{
    private const string Authorize = "authorize";
    private const string Capture = "capture";
    private const string Void = "void";
    private const string RefundPrefix = "refund/";

    private readonly Findings findings = new(3, "money taken at most once, as in the provider's books");
    private long payments;
    private long entries;

    public void Check(OrderCase order)
    {
        entries += order.Ledger.Count;
        if (order.Payment is PaymentState.NotRequested)
            return;
        payments++;
        if (order.Captures > 1)
            findings.Add($"{order.Key} was captured {order.Captures} times");
        if (order.Ledger.Count(row => row is { Operation: Capture, Code: null }) > 1)
            findings.Add($"{order.Key} was captured more than once by the provider's books");
        if (order.PaymentFacts is not { } payment)
        {
            foreach (var row in order.Ledger)
                findings.Add($"{order.Key}: the books hold {row.Operation} of a payment that was never requested");
            return;
        }
        var rows = ByKey(order);
        foreach (var expected in Expected(order, payment))
            Compare(order, expected, rows.GetValueOrDefault(expected.Key));
        var known = Known(order, payment).ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows.Values.Where(row => !known.Contains(row.Key) && !IsLateCapture(order, row)))
            findings.Add($"{order.Key}: the books hold {row.Operation} {row.Key} of {row.Amount}, of which the log knows nothing");
    }

    /// <summary>Lines of orders that have no payment.</summary>
    public Task CheckRest(LogSnapshot snapshot, CancellationToken cancellation) => snapshot.Collect(
        findings, LedgerRow.WithoutPayment, row => $"{row.GetString(0)}/{row.GetString(1)}: the books hold {row.GetString(3)}, and there is no payment",
        cancellation);

    public InvariantReport ToReport() => findings.ToReport($"{payments} payments, {entries} entries in the books");

    private Dictionary<string, LedgerRow> ByKey(OrderCase order)
    {
        var rows = new Dictionary<string, LedgerRow>(StringComparer.Ordinal);
        foreach (var row in order.Ledger)
        {
            if (!rows.TryAdd(row.Key, row))
                findings.Add($"{order.Key}: the books hold {row.Operation} {row.Key} twice");
        }
        return rows;
    }

    // Null leaves a value open: the log does not hold it.
    private sealed record Entry(string Key, string Operation, long Amount, string Currency, string? Reference, bool Succeeded, string? Code);

    /// <summary>What the log says that the provider did.</summary>
    private static IEnumerable<Entry> Expected(OrderCase order, PaymentFacts payment)
    {
        if (order.Authorization is { } authorized)
            yield return Line(order, payment, Authorize, payment.Amount, authorized.AuthorizationId, null);
        if (order.DeclineCode is { } declined)
            yield return Line(order, payment, Authorize, payment.Amount, null, declined);
        if (order.Capture is { } captured)
            yield return Line(order, payment, Capture, captured.Amount, captured.CaptureId, null) with { Currency = captured.Currency };
        else if (order.CaptureFailureCode is { } failed)
            yield return Line(order, payment, Capture, payment.Amount, null, failed);
        if (order.Payment is PaymentState.Voided)
            yield return Line(order, payment, Void, payment.Amount, null, null);
        foreach (var refund in order.Refunds)
            yield return Line(order, payment, RefundPrefix + refund.RefundId, refund.Amount, refund.Reference, null) with { Currency = refund.Currency };
    }

    /// <summary>Every key that may stand in the books: done by the log, or asked for and without an answer in the log yet.</summary>
    private static IEnumerable<string> Known(OrderCase order, PaymentFacts payment)
    {
        foreach (var entry in Expected(order, payment))
            yield return entry.Key;
        // One process gave it up while another wrote down that it was declined: that takes no money, and changes nothing.
        if (order.Payment is PaymentState.Declined)
            yield return KeyOf(order, Void);
        // An authorization whose answer was lost is closed by the void that follows.
        if (order.Payment is PaymentState.Requested or PaymentState.Voided)
            yield return KeyOf(order, Authorize);
        if (order.IsAtRest && !order.IsLeftToPeople)
            yield break;
        if (order.Payment is PaymentState.Authorized)
            yield return KeyOf(order, Capture);
        if (order.Payment is PaymentState.Requested or PaymentState.Authorized)
            yield return KeyOf(order, Void);
        foreach (var refund in payment.Refunds)
            yield return KeyOf(order, RefundPrefix + refund.RefundId);
    }

    private static Entry Line(OrderCase order, PaymentFacts payment, string operation, long amount, string? reference, string? code) => new(
        KeyOf(order, operation), operation.Split('/')[0], amount, payment.Currency, reference, code is null, code);

    private void Compare(OrderCase order, Entry expected, LedgerRow? found)
    {
        if (found is null)
            findings.Add($"{order.Key}: the log knows of {expected.Operation} of {expected.Amount}, the books do not");
        else if (found.Operation != expected.Operation || found.Amount != expected.Amount || found.Currency != expected.Currency)
            findings.Add($"{order.Key}: {expected.Operation} of {expected.Amount} {expected.Currency} stands in the books as {found.Operation} of {found.Amount} {found.Currency}");
        else if (found.Code != expected.Code || (expected.Reference is not null && found.Reference != expected.Reference))
            findings.Add($"{order.Key}: {expected.Operation} ended in the books as {found.Code ?? found.Reference}, in the log as {expected.Code ?? expected.Reference}");
        else if (expected.Operation == Void && found.TargetKey != KeyOf(order, Authorize))
            findings.Add($"{order.Key}: the void in the books is of another authorization");
    }

    // A capture that reached the provider only after the void was refused there, and nobody waited for the answer.
    private static bool IsLateCapture(OrderCase order, LedgerRow row) =>
        order.Payment is PaymentState.Voided && row is { Operation: Capture, Code: not null } && row.Key == KeyOf(order, Capture);

    // The engine's own rule for provider keys, worked out anew.
    private static string KeyOf(OrderCase order, string operation) =>
        Ids.Text(Ids.Derive("provider", order.Tenant, order.Id, operation));
}
