using System.Text.Json;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Seed;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Domain.Ports;
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

        var first = await Run(host);
        var end = await host.Store.ReadEnd(default);
        var second = await Run(host);

        foreach (var example in first.GetProperty("examples").EnumerateArray())
        {
            var (fate, id) = (example.GetProperty("fate").GetString()!, example.GetProperty("orderId").GetString()!);
            var order = await host.ReadModels.FindOrder("default", id, default);
            Assert.Equal($"{fate} {StatusOf(fate)}", $"{fate} {order!.Status}");
            Assert.Equal(fate == "returned" ? 1 : 0, order.Lines.Sum(line => line.Returned));
        }
        Assert.Single((await host.ReadModels.ListFulfilments("default", "parked", null, 10, default)).Items);
        Assert.Equal(0, second.GetProperty("new").GetInt32());
        Assert.Equal(first.GetProperty("new").GetInt32(), second.GetProperty("alreadyDone").GetInt32());
        Assert.Equal(end, await host.Store.ReadEnd(default));
    }

    private static string StatusOf(string fate) => fate switch
    {
        "shipped" => "shipped",
        "delivered" or "returned" => "delivered",
        "draft" => "draft",
        "confirmed" or "timeout-then-ok" or "slow" => "confirmed",
        _ => "cancelled",
    };

    private static async Task<JsonElement> Run(StandaloneHost host)
    {
        using var output = new StringWriter();
        using var error = TextWriter.Synchronized(new StringWriter());
        var code = await CommandLineProgram.Run(
            ["seed", "--url", host.BaseUrl, "--orders", $"{SeedPlan.Fates.Count}", "--json"], output, error);
        Assert.True(code == ExitCodes.Ok, $"exit code {code}: {error}{output}");
        return JsonSerializer.Deserialize<JsonElement>(output.ToString());
    }
}
