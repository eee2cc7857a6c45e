using System.Collections.Immutable;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Verify;

/// <summary>What verification says before, between and after a repair and its replay, in the whole standalone edition.</summary>
public sealed class DeadLetterVerificationTests
{
    private const string Tenant = "default";

    [Fact]
    public async Task A_parked_order_is_never_silently_ok_and_a_replayed_one_is_whole()
    {
        await using var database = await TestDatabase.Create();
        await using (var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString)))
        {
            await PlaceSound(host, "b");
            await PlacePoisoned(host, "a");
            await PlaceSound(host, "c");
            await Eventually.True(async () => await State<FulfilmentState>(host, "c") is FulfilmentState.Completed);
            await FilledDatabase.WaitForRest(host);

            var poisoned = await VerificationTests.Run(database);
            Assert.Equal([2], poisoned.Invariants.Where(line => line.Verdict == Verdict.Violated).Select(line => line.Number));
            Assert.Equal(5, Warning(poisoned).Violations);

            await Repair(host, "order-a");
            var repaired = await VerificationTests.Run(database);
            Assert.True(repaired.Ok, Describe(repaired));
            Assert.Equal(5, Warning(repaired).Violations);
            Assert.Contains(Warning(repaired).First, line => line.StartsWith("sales: default/order-a from version 3 on, 0 events behind it", StringComparison.Ordinal));

            var summary = await host.ReadModels.DeadLetters.ReplayAll(Tenant, new(null, null, null, null), "anna", "repaired", false, default);
            Assert.Equal((5, 4, 1), (summary.Matched, summary.Replayed, summary.Requested));
            await Eventually.True(async () => await State<FulfilmentState>(host, "a") is FulfilmentState.Completed);
            await FilledDatabase.WaitForRest(host);
            await Eventually.True(async () => (await Open(host)).Count == 0);
        }
        var whole = await VerificationTests.Run(database);
        Assert.True(whole.Ok, Describe(whole));
        Assert.DoesNotContain(whole.Invariants, line => line.Verdict == Verdict.Warning);
    }

    [Fact]
    public async Task Rows_that_were_damaged_after_they_were_projected_are_found_although_no_letter_says_so()
    {
        await using var database = await TestDatabase.Create();
        await using (var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString)))
        {
            await PlaceSound(host, "b");
            await Eventually.True(async () => await State<FulfilmentState>(host, "b") is FulfilmentState.Completed);
            await FilledDatabase.WaitForRest(host);
        }
        await database.Execute("update events set type = 'order-placed.v99' where type = 'order-placed.v1'");

        var report = await VerificationTests.Run(database);

        Assert.Contains(report.Invariants.First(line => line.Number == 8).First, line => line.Contains("no letter says so", StringComparison.Ordinal));
    }

    private static InvariantReport Warning(VerificationReport report) => report.Invariants.Single(line => line.Verdict == Verdict.Warning);

    private static string Describe(VerificationReport report) => string.Join('\n', report.Invariants.SelectMany(invariant => invariant.First));

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static async Task PlaceSound(StandaloneHost host, string id)
    {
        ImmutableArray<LineItem> lines = [new("tea", 2, 450, null)];
        await Send(host, "tea", new ReceiveStock(2, Now), $"stock for {id}");
        await Send(host, id, new CreateOrder(id, "ada", "EUR", PaymentMethods.Ok, null, null, lines, true, Now), "create");
    }

    private static async Task PlacePoisoned(StandaloneHost host, string id)
    {
        ImmutableArray<LineItem> lines = [new("tea", 2, 450, null)];
        await Send(host, "tea", new ReceiveStock(2, Now), $"stock for {id}");
        await Send(host, id, new CreateOrder(id, "ada", "EUR", PaymentMethods.Ok, null, null, lines, false, Now), "create");
        await ForeignEvents.Append(
            host.Store, Tenant, "order", id, new OrderPlaced(id, "ada", "EUR", PaymentMethods.Ok, null, 900, lines, Now), "order-placed.v99");
    }

    private static async Task Repair(StandaloneHost host, string stream)
    {
        var letter = (await Open(host)).First(one => one.Stream == stream);
        var stored = (await host.ReadModels.DeadLetters.Find(Tenant, letter.Id, default))!;
        var repaired = await host.ReadModels.DeadLetters.Repair(
            Tenant, letter.Id, new RepairRequest("order-placed.v1", stored.Data, "anna", "a newer writer", Guid.NewGuid(), [1]), default);
        Assert.Equal(RepairStatus.Repaired, repaired.Status);
    }

    private static async Task<IReadOnlyList<DeadLetterView>> Open(StandaloneHost host) =>
        (await host.ReadModels.DeadLetters.List(Tenant, new(null, "open", null, null), null, 100, default)).Items;

    private static async Task<TState> State<TState>(StandaloneHost host, string id)
        where TState : class => (await host.Aggregates.Load<TState>(Tenant, id, PointInTime.Latest, default)).State;

    private static Task<CommandOutcome> Send(StandaloneHost host, string id, Command command, string purpose) => host.Aggregates.Execute(
        id, command, new CommandContext(Tenant, Ids.Derive("letters", id, purpose), "test", Ids.Derive("letters", id)) { Fingerprint = [1] }, default);
}
