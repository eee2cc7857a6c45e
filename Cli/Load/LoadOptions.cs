namespace OrleansOrders.Cli.Load;

/// <summary>What is sent, and how much of it.</summary>
/// <param name="RatePerSecond">Mean arrivals.</param>
/// <param name="Skus">How many goods the orders are of, the first of them hot.</param>
/// <param name="Seed">The same seed gives the same arrivals of the same kinds with the same bodies.</param>
/// <param name="Connections">To the server, at most; what finds none free waits, and its latency counts.</param>
public sealed record LoadOptions(int RatePerSecond, TimeSpan Duration, LoadMix Mix, int Skus, int Seed, int Connections)
{
    public const int HighestRate = 100_000;
    public const int MostSkus = 10_000;
    public const int MostConnections = 10_000;

    public static readonly TimeSpan LongestDuration = TimeSpan.FromHours(24);

    // Orders of two lines; their events, read models, receipts and indexes, and the log that PostgreSQL writes ahead of them.
    private const long BytesPerOrder = 60_000;

    // What PostgreSQL may write ahead before it reuses it, and some room for all else.
    private const long BytesAtLeast = 1L << 30;

    public double ExpectedOrders => RatePerSecond * Duration.TotalSeconds * Mix.ShareOf(LoadKind.Place);

    /// <summary>What the disk of the database should have free, by estimate.</summary>
    public long BytesNeeded => BytesAtLeast + (long)(ExpectedOrders * BytesPerOrder);
}
