using System.Text.Json;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Seed;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Seed;

public sealed class SeedTests
{
    [Fact]
    public void The_same_seed_gives_the_same_orders_and_more_begin_with_the_same()
    {
        var few = JsonSerializer.Serialize(new SeedPlan(42).Orders(20));

        Assert.Equal(few, JsonSerializer.Serialize(new SeedPlan(42).Orders(500).Take(20)));
        Assert.NotEqual(few, JsonSerializer.Serialize(new SeedPlan(43).Orders(20)));
    }

    [Fact]
    public void Every_payment_method_is_among_the_first_orders() => Assert.Equal(
        PaymentMethods.All.Order(), new SeedPlan(7).Orders(SeedPlan.Fates.Count).Select(order => order.Body.PaymentMethod).Distinct().Order());

    [Fact]
    public async Task Every_order_comes_to_its_fate_and_a_second_run_changes_nothing()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(
            new StandaloneOptions(database.ConnectionString) { SlowPayment = TimeSpan.FromMilliseconds(20) });

        var first = await Seed(host);
        var end = await host.Store.ReadEnd(default);
        var second = await Seed(host);

        Assert.Equal(SeedPlan.Fates, first.Examples.Select(example => example.Fate));
        foreach (var (fate, id, _) in first.Examples)
        {
            var order = await host.ReadModels.FindOrder("default", id, default);
            Assert.Equal($"{fate} {StatusOf(fate)} {SeedPlan.SampleCustomer(fate)}", $"{fate} {order!.Status} {order.CustomerId}");
            Assert.Equal(fate == Fate.Returned ? 1 : 0, order.Lines.Sum(line => line.Returned));
        }
        Assert.Single((await host.ReadModels.ListFulfilments("default", "parked", null, 10, default)).Items);
        await Eventually.True(async () => await database.Query<long>(
            $"select count(*) from dead_letters where stream_id = 'order-{first.Examples.Single(example => example.Fate == Fate.DeadLettered).OrderId}'") > 0);
        Assert.Equal((0L, first.New, end), (second.New, second.AlreadyDone, await host.Store.ReadEnd(default)));
    }

    [Fact]
    public async Task Without_the_log_at_hand_the_dead_letter_is_left_out_and_that_is_said()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));

        var report = await Run(host, "--orders", "1");
        Assert.Contains("ORDERS_POSTGRES", report.GetProperty("missing").GetString(), StringComparison.Ordinal);
        Assert.Equal(["confirmed"], report.GetProperty("examples").EnumerateArray().Select(example => example.GetProperty("fate").GetString()));
    }

    [Fact]
    public async Task An_event_of_a_later_version_is_not_written_into_another_servers_log()
    {
        var log = new InMemoryEventStore(TimeProvider.System);
        var refused = await Assert.ThrowsAsync<Failure>(() => new FutureEvent(log, "default").AppendTo("o1", "key", default));
        Assert.Contains("not the server's", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await log.ReadEnd(default));
    }

    private static string StatusOf(Fate fate) => fate switch
    {
        Fate.Shipped => "shipped",
        Fate.Delivered or Fate.Returned => "delivered",
        Fate.Draft => "draft",
        Fate.Confirmed or Fate.TimeoutThenOk or Fate.Slow or Fate.DeadLettered => "confirmed",
        _ => "cancelled",
    };

    private static async Task<SeedReport> Seed(StandaloneHost host)
    {
        using var progress = new Progress(TextWriter.Null, false, TimeProvider.System);
        using var api = new ApiClient(new Uri(host.BaseUrl), 8, TimeSpan.FromSeconds(60), TimeProvider.System, _ => { });
        return await new SeedRun(
            42, SeedPlan.Fates.Count, api, tenant => Task.FromResult(new FutureEvent(host.Store, tenant)), progress, TimeProvider.System).Run(default);
    }

    private static async Task<JsonElement> Run(StandaloneHost host, params string[] more)
    {
        using var output = new StringWriter();
        using var error = TextWriter.Synchronized(new StringWriter());
        var code = await CommandLineProgram.Run(
            ["seed", "--url", host.BaseUrl, "--json", .. more], output, error);
        Assert.True(code == ExitCodes.Ok, $"exit code {code}: {error}{output}");
        return JsonSerializer.Deserialize<JsonElement>(output.ToString());
    }
}
