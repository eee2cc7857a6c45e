using OrleansOrders.Cli.Simulation;

namespace OrleansOrders.Tests.Cli.Simulation;

/// <summary>A simulation that finds nothing proves nothing: each of these bugs, planted alone, it must find.</summary>
public sealed class PlantedBugTests
{
    private const long Seeds = 1_000;

    private static readonly Dictionary<string, Wiring> Bugs = new()
    {
        ["the version key is not checked"] = new() { Store = (_, store) => new StoreWithoutVersionKey(store) },
        ["what conflicts is appended behind"] = new() { Store = (_, store) => new StoreThatAppendsBehind(store) },
        ["refusals are not fenced"] = new() { Store = (_, store) => new StoreWithUnfencedRefusals(store) },
        ["receipts are forgotten"] = new() { Store = (_, store) => new StoreThatForgetsReceipts(store) },
        ["a used key answers for another request"] = new() { Store = (_, store) => new StoreThatIgnoresFingerprints(store) },
        ["an append is acknowledged before it is durable"] = new() { Store = (_, store) => new StoreThatAcknowledgesFirst(store) },
        ["events are published before they are committed"] = new() { Store = (world, store) => new StoreThatPublishesFirst(world, store) },
        ["an order's fold misses its cancellation"] = new() { Store = (_, store) => new StoreWithWrongFold(store, "order-cancelled") },
        ["a stock item's fold misses reservations"] = new() { Store = (_, store) => new StoreWithWrongFold(store, "stock-reserved") },
        ["snapshots claim a newer version"] = new() { Store = (_, store) => new StoreWithStaleSnapshots(store) },
        ["readers are told of an old head"] = new() { Store = (_, store) => new StoreWithOldHeads(store) },
        ["streams are looked up without the tenant"] = new() { Store = (_, store) => new StoreWithoutTenants(store) },
        ["metadata names another tenant"] = new() { Store = (_, store) => new StoreThatMixesTenants(store) },
        ["readers of the log miss events"] = new() { Store = (_, store) => new LogWithHoles(store) },
        ["the projector misses events"] = new() { ProjectorStore = store => new LogWithHoles(store) },
        ["events are projected twice"] = new() { ProjectorStore = store => new LogThatRepeats(store) },
        ["the read models' position is no fence"] = new() { TableFence = _ => true },
        ["the provider ignores idempotency keys"] = new() { Books = books => new BooksWithoutKeys(books) },
        ["voids and refunds never reach the provider"] = new() { Provider = provider => new ProviderThatKeepsTheMoney(provider) },
        ["a time-out of the provider is taken for a no"] = new() { Provider = provider => new ProviderWhoseTimeoutsMeanNo(provider) },
        ["the reactions' checkpoint comes before the work"] = new() { Checkpoint = (world, inner) => new CheckpointBeforeWork(world, inner) },
        ["a restart begins at the log's end"] = new() { Checkpoint = (world, _) => new CheckpointAtTheEnd(world) },
        ["the publisher's checkpoint comes before the sending"] = new() { Publisher = (world, book) => new PublisherThatAdvancesFirst(world, book) },
        ["the publisher ignores epochs"] = new() { Publisher = (world, book) => new PublisherWithoutEpochs(world, book) },
    };

    public static TheoryData<string> Names => [.. Bugs.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_planted_bug_is_found_within_a_thousand_seeds(string bug)
    {
        var result = SeedRange.Run(1, Seeds, Bugs[bug], Environment.ProcessorCount, 1, () => { }, CancellationToken.None);
        Assert.True(result.Failed.Count > 0, $"{bug}: {result.Done} seeds hold.");
        Assert.DoesNotContain(result.Failed, failed => failed.Broken.Any(report => report.Number == 0));
    }
}
