using System.Net;
using System.Net.Http.Json;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Tests.Support;
using OrleansOrders.Tests.Verify;

namespace OrleansOrders.Tests.Engine.Personal;

/// <summary>The whole standalone edition, with its roles: a customer lives, and is erased.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private const string Tenant = "default";

    private static readonly string[] Texts =
    [
        "Zoë Quillfeather-O'Brown", "zoe.quillfeather@example.org", "+44 20 7946 0812", "1 \"Xanthic\" Lane, Cambridge", "Freedonia West",
        "2 Yttrium Mews, Cambridge", "Zoë changed her mind", "Zoë found it too blue",
    ];

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private TestDatabase database = null!;
    private int commands;

    public async Task InitializeAsync() => database = await TestDatabase.Create();

    public async Task DisposeAsync() => await database.DisposeAsync();

    [Fact]
    public async Task Nothing_of_an_erased_customer_can_be_read_in_any_table_and_the_database_still_verifies()
    {
        await using (var host = await Start(isSealing: true))
        {
            await Live(host);
            using var api = new HttpClient { BaseAddress = new Uri(host.BaseUrl) };
            Assert.Contains(Texts[5], await api.GetStringAsync("/v1/orders/kept"), StringComparison.Ordinal);
            Assert.Empty(await Traces());

            Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync("/v1/customers/zoe")).StatusCode);
            var receipt = await Receipt(api);
            Assert.InRange(receipt.TextsSought, 7, 20);
            Assert.DoesNotContain(receipt.Unchecked, place => place.Place.Contains('.', StringComparison.Ordinal));
            Assert.Equal([.. (await Tables()).Append("topics").Order()], receipt.Places.Select(place => place.Place).Order());
            Assert.All(receipt.Places, place => Assert.True(place.Readable == 0, $"{place} can be read"));
            foreach (var sealedIn in (string[])["events", "snapshots", "order_details"])
                Assert.True(receipt.Places.Single(place => place.Place == $"public.{sealedIn}").Sealed > 0, $"{sealedIn} has nothing sealed");
            foreach (var path in (string[])["/v1/orders/kept", "/v1/orders/kept/timeline", "/v1/orders/undone", "/v1/payments/kept"])
            {
                var shown = await api.GetStringAsync(path);
                Assert.All(Texts, text => Assert.DoesNotContain(text, shown, StringComparison.OrdinalIgnoreCase));
            }
            await FilledDatabase.WaitForRest(host);
        }
        Assert.Empty(await Traces());
        var report = await VerificationTests.Run(database);
        Assert.True(report.Ok, string.Join('\n', report.Invariants.SelectMany(invariant => invariant.First)));
    }

    [Fact]
    public async Task Where_nothing_was_sealed_both_searches_find_the_customer_so_that_they_can_fail()
    {
        await using (var host = await Start(isSealing: false))
            await Live(host);
        Assert.Equal(Texts.Order(), (await Traces()).Select(trace => trace.Text).Distinct().Order());
        foreach (var place in (string[])["public.events", "public.snapshots", "public.order_details"])
            Assert.Contains(await Traces(), trace => trace.Row.StartsWith($"{place}:", StringComparison.Ordinal));

        // Old texts stay where they are, and the receipt says it.
        await using var sealing = await Start(isSealing: true);
        using var api = new HttpClient { BaseAddress = new Uri(sealing.BaseUrl) };
        Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync("/v1/customers/zoe")).StatusCode);
        var receipt = await Receipt(api);
        foreach (var place in (string[])["public.events", "public.snapshots", "public.order_details"])
            Assert.True(receipt.Places.Single(one => one.Place == place).Readable > 0, $"{place} was not searched");
        Assert.True(receipt.Places.Single(one => one.Place == "public.stock_levels") is { Rows: > 0, Readable: 0 });
    }

    private Task<StandaloneHost> Start(bool isSealing) => StandaloneHost.Start(new StandaloneOptions(database.ConnectionString)
    {
        MasterKey = isSealing ? TestKeys.Master : null,
        SlowPayment = TimeSpan.FromMilliseconds(10),
        Engine = new EngineOptions { SnapshotEvery = 2, RefundLimits = RefundLimits.Parse("GBP=10") },
    });

    private async Task Live(StandaloneHost host)
    {
        await Execute(host, "zoe", new PutCustomer("zoe", new CustomerDetails("Zoe", null, null, null, null), Now));
        await Execute(host, "zoe", new PutCustomer("zoe", new CustomerDetails(Texts[0], Texts[1], Texts[2], Texts[3], Texts[4]), Now));
        await Execute(host, "tea", new ReceiveStock(10, Now));
        await Execute(host, "kept", Order("kept", isPlaced: true));
        await Execute(host, "undone", Order("undone", isPlaced: false));
        await Execute(host, "undone", new CancelOrder(Texts[6], Now));
        await Eventually.True(async () =>
            (await host.Aggregates.Load<PaymentState>(Tenant, "kept", PointInTime.Latest, default)).State is PaymentState.Captured);
        await Execute(host, "kept", new RequestRefund("blue", 400, Texts[7], Now), "ada");
        await Execute(host, "kept", new ApproveRefund("blue", Now), "grace");
        await FilledDatabase.WaitForRest(host);
        await Eventually.True(async () => await database.Query<long>("select count(*) from snapshots where stream_id = 'customer-zoe'") > 0);
    }

    private static CreateOrder Order(string id, bool isPlaced) =>
        new(id, "zoe", "GBP", PaymentMethods.Ok, Texts[5], "GB", [new("tea", 1, 450, "leaves")], isPlaced, Now);

    private async Task Execute(StandaloneHost host, string id, Command command, string actor = "test") =>
        Assert.IsType<CommandOutcome.Done>(await host.Aggregates.Execute(
            id, command,
            new CommandContext(Tenant, Ids.Derive("erasure test", $"{++commands}"), actor, Ids.Derive("correlation")) { Fingerprint = [1] }, default));

    private static async Task<ErasureReceipt> Receipt(HttpClient api)
    {
        ErasureReceipt? receipt = null;
        await Eventually.True(async () =>
            (receipt = await api.GetFromJsonAsync<ErasureReceipt>("/v1/customers/zoe/erasure")) is { Status: "checked" });
        return receipt!;
    }

    private async Task<IReadOnlyList<(string Text, string Row)>> Traces()
    {
        var traces = new List<(string, string)>();
        foreach (var text in Texts)
            traces.AddRange((await StoredRows.With(database, text)).Select(row => (text, row)));
        return traces;
    }

    private async Task<IReadOnlyList<string>> Tables()
    {
        await using var command = database.DataSource.CreateCommand(
            "select schemaname || '.' || tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')");
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync())
            tables.Add(reader.GetString(0));
        return tables;
    }
}
