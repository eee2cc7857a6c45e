namespace OrleansOrders.Tests.Cli.Simulation;

/// <summary>
/// Seeds that once showed something wrong, and what. A seed stands for a run only as long as the simulation draws the same
/// from it: who changes how plans or faults are drawn looks for what the seeds found in tests of their own as well.
/// </summary>
public static class FoundSeeds
{
    public static TheoryData<long, string> All => new()
    {
        { 3, "a saga that another process had moved named a cause that was not in the log" },
        { 108, "two processes at the same step wrote two payment events with one id" },
        { 9872, "an authorization that was given up while it was under way had a void in the books that the log did not name" },
        { 7632, "a declined authorization that another process gave up had a void in the books that the log did not name" },
        { 2448, "an order was read as a command had left it, although another process had gone on since" },
        { 2641, "a parked order's capture, which nobody had recorded, was called a fault of the books" },
        { 810468, "a payment was voided without the provider, although another process had requested it in between" },
        { 276073, "an event was repaired with what another request under the same key, which was refused, would have written" },
        { 3068, "a parked order's capture, which nobody had recorded, was called a fault of the books" },
    };
}
