using System.Collections.Immutable;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Verify;

/// <summary>Verification while a server works, and of one that was stopped in the middle.</summary>
public sealed class LiveVerificationTests
{
    private const int Orders = 60;

    [Fact]
    public async Task Every_invariant_holds_while_orders_are_on_their_way()
    {
        await using var database = await TestDatabase.Create();
        await using (var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString) { SlowPayment = TimeSpan.FromMilliseconds(200) }))
        {
            var placing = Place(host);
            await Eventually.True(() => host.ReactedPosition > 50);
            AssertHolds(await VerificationTests.Run(database));
            await placing;
            AssertHolds(await VerificationTests.Run(database, logOnly: true));
        }
        AssertHolds(await VerificationTests.Run(database));
    }

    private static void AssertHolds(VerificationReport report) =>
        Assert.True(report.Ok, string.Join('\n', report.Invariants.SelectMany(invariant => invariant.First)));

    // Every method, and some of the orders are cancelled or shipped as soon as they can be.
    private static async Task Place(StandaloneHost host)
    {
        await Execute(host, "tea", new ReceiveStock(100_000, Now), "stock");
        await Parallel.ForEachAsync(Enumerable.Range(0, Orders), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var id = $"live-{i}";
            ImmutableArray<LineItem> lines = [new("tea", 1 + i % 7, 100 + i, null)];
            var method = PaymentMethods.All[i % PaymentMethods.All.Count];
            await Execute(host, id, new CreateOrder(id, "ada", i % 2 == 0 ? "GBP" : "JPY", method, null, null, lines, true, Now), "create");
            if (i % 3 == 0)
                await Execute(host, id, new CancelOrder("changed my mind", Now), "cancel");
            if (i % 3 == 1)
                await Execute(host, id, new ShipOrder("Post", "1", Now), "ship");
        });
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static Task<CommandOutcome> Execute(StandaloneHost host, string id, Command command, string purpose) => host.Aggregates.Execute(
        id, command, new CommandContext("default", Ids.Derive("live", id, purpose), "test", Ids.Derive("live", id)) { Fingerprint = [1] }, default);
}
