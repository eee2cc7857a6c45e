namespace OrleansOrders.Domain;

/// <summary>Every limit of the rules, in one place. Quantities are pieces, amounts are minor units.</summary>
public static class Limits
{
    /// <summary>Lines in one request; larger orders are built from several.</summary>
    public const int LinesPerRequest = 100;

    public const int LinesPerOrder = 1_000;

    public const long Quantity = 1_000_000;

    /// <summary>One price: ten thousand million minor units.</summary>
    public const long UnitPrice = 10_000_000_000;

    /// <summary>One order: far below <see cref="long.MaxValue"/>, so that sums over many orders cannot overflow.</summary>
    public const long OrderTotal = 1_000_000_000_000;

    public const int IdLength = 64;

    public const int SkuLength = 64;

    public const int TextLength = 500;

    public const int RefundsPerPayment = 100;

    /// <summary>How long a proposed refund waits for another person's approval.</summary>
    public static readonly TimeSpan RefundProposal = TimeSpan.FromDays(7);

    /// <summary>Pieces that one stock item ever takes in: far below <see cref="long.MaxValue"/>, so that no sum of them overflows.</summary>
    public const long StockTotal = 1_000_000_000_000_000;

    /// <summary>How many closed reservations, and how many adjustments, a stock item remembers, so that a late duplicate is recognised.</summary>
    public const int ClosedReservations = 1_000;

    public const int StepAttempts = 5;

    public const int CompensationAttempts = 5;

    public static readonly TimeSpan StepDeadline = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(200);

    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(15);
}
