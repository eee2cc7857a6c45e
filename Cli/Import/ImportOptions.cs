namespace OrleansOrders.Cli.Import;

/// <param name="Concurrency">Orders under way at the same time.</param>
/// <param name="ReceiveStock">False leaves the goods of the orders to whoever runs the warehouse.</param>
public sealed record ImportOptions(string Path, Uri Url, int Concurrency = 32, bool ReceiveStock = true)
{
    public const int MostConcurrent = 256;

    /// <summary>How long a request is repeated while the server does not answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(120);
}
