using System.Collections.Immutable;
using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Seed;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Verify;

/// <summary>
/// A database that the real engine has filled: every payment method and every end of an order, two tenants, snapshots,
/// refused commands, a cancellation after capture that is parked. Tests work on copies of it.
/// </summary>
internal static class FilledDatabase
{
    public const string OtherTenant = "other";

    // One for all classes that want it, filled when the first does.
    private static readonly Lazy<Task<TestDatabase>> Original = new(Fill);

    internal static async Task<TestDatabase> Copy() => await TestDatabase.CopyOf(await Original.Value);

    private static async Task<TestDatabase> Fill()
    {
        var original = await TestDatabase.Create();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => original.DisposeAsync().AsTask().Wait();
        var options = new StandaloneOptions(original.ConnectionString) { SlowPayment = TimeSpan.FromMilliseconds(20) };
        await using (var host = await StandaloneHost.Start(options))
        {
            using var progress = new Progress(TextWriter.Null, false, TimeProvider.System);
            using var api = new ApiClient(new Uri(host.BaseUrl), 8, TimeSpan.FromSeconds(60), TimeProvider.System, _ => { });
            await new SeedRun(42, SeedPlan.Fates.Count * 2, api, openLog: null, progress, TimeProvider.System).Run(CancellationToken.None);
            await ReceiveOften(api);
            await Refuse(api);
            await PlaceForAnotherTenant(host);
            await WaitForRest(host);
        }
        await original.DataSource.DisposeAsync();
        return original;
    }

    internal static Task WaitForRest(StandaloneHost host) => Eventually.True(async () =>
    {
        var end = await host.Store.ReadEnd(default);
        var projections = await host.ReadModels.ListProjections(default);
        return host.ReactedPosition == end && projections.All(projection => projection.Position == end)
            && await host.Store.ReadEnd(default) == end;
    });

    // Two streams that are long enough for snapshots.
    private static async Task ReceiveOften(ApiClient api)
    {
        foreach (var sku in new[] { "LONG-A", "LONG-B" })
        {
            for (var i = 1; i <= 105; i++)
            {
                Assert.True((await api.Post(
                    $"/v1/stock/{sku}/receipts", $"{sku}:{i}", new ReceiptBody(i), ClientJson.Default.ReceiptBody, default)).IsDone);
            }
        }
    }

    private static async Task Refuse(ApiClient api)
    {
        foreach (var order in new[] { "nowhere-1", "nowhere-2" })
            Assert.False((await api.Post($"/v1/orders/{order}/deliver", order, new EmptyBody(), ClientJson.Default.EmptyBody, default)).IsDone);
    }

    private static async Task PlaceForAnotherTenant(StandaloneHost host)
    {
        ImmutableArray<LineItem> lines = [new("TEA-ASSAM", 2, 450, null)];
        var now = TimeProvider.System.GetUtcNow();
        (string Id, Command Command)[] commands =
        [
            ("TEA-ASSAM", new ReceiveStock(10, now)),
            ("order-of-other", new CreateOrder("order-of-other", "ada", "EUR", PaymentMethods.Ok, null, null, lines, true, now)),
        ];
        foreach (var (id, command) in commands)
        {
            var context = new CommandContext(OtherTenant, Ids.Derive("test", id), "test", Ids.Derive("test", "correlation"))
            {
                Fingerprint = [1],
            };
            Assert.IsType<CommandOutcome.Done>(await host.Aggregates.Execute(id, command, context, default));
        }
        await Eventually.True(async () => (await host.Aggregates.Load<FulfilmentState>(
            OtherTenant, "order-of-other", PointInTime.Latest, default)).State is FulfilmentState.Completed);
    }
}
