using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Faults;

/// <summary>An event that this version does not know stands in the log, while everybody else goes on.</summary>
public sealed class PoisonFault(ITestOutputHelper output) : FaultTest(output)
{
    private const string Unknown = "order-painted.v1";

    [Fault("an event in the log cannot be read")]
    public Task A_poison_event_holds_up_nothing_but_its_own_stream_and_is_mended() => Run(() => StandaloneShop.Open(), async (shop, shoppers) =>
    {
        await using var database = NpgsqlDataSource.Create(shop.ConnectionString);
        var order = await Draft(shop, shoppers);
        await Poison(database, order, shoppers.History);
        using var operators = new HttpClient();
        operators.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tenants.SecretOf(Tenants.Red));
        var letters = new List<JsonElement>();
        await Eventually.True(async () => (letters = await Open(operators, shop)).Count > 0);
        await shoppers.Continue(40);

        await Post(operators, $"{shop.Address.Url}/v1/dead-letters/{letters[0].GetProperty("id")}/repair", new
        {
            type = "order-placed.v1", data = JsonSerializer.Deserialize<JsonElement>(Placed(order)), reason = "a newer writer",
        });
        await Eventually.True(async () =>
        {
            await Post(operators, $"{shop.Address.Url}/v1/dead-letters/replay", new { reason = "repaired" });
            return (await Open(operators, shop)).Count == 0;
        });
    });

    private static byte[] Placed(string order) => EventCatalog.Encode(new OrderPlaced(
        order, Tenants.Red, "GBP", "pm_ok", null, 1_000, [new LineItem(Shopper.Sku(Tenants.Red, 0), 2, 500, null)],
        TimeProvider.System.GetUtcNow()));

    private static async Task<string> Draft(StandaloneShop shop, Shoppers shoppers)
    {
        using var sender = new Sender(shop.Address, shoppers.History);
        var order = Ids.Text(Ids.Derive("http", Tenants.Red, "poisoned"));
        var draft = await sender.Send(new Order(Tenants.Red, "poisoned", "/v1/orders", $"order-{order}", new
        {
            customerId = Tenants.Red,
            currency = "GBP",
            paymentMethod = "pm_ok",
            place = false,
            lines = new[] { new { sku = Shopper.Sku(Tenants.Red, 0), quantity = 2, unitPrice = 500 } },
        }));
        Assert.Equal(Outcome.Done, draft.Outcome);
        return order;
    }

    // Not through the API, so that no client knows of it; the history is told, because somebody did ask for it.
    private static async Task Poison(NpgsqlDataSource database, string order, ClientHistory history)
    {
        await using (var store = new PostgresEventStore(database, new EventStoreOptions(), TimeProvider.System))
            await ForeignEvents.Append(store, Tenants.Red, "order", order, Unknown, System.Text.Encoding.UTF8.GetString(Placed(order)));
        await using var command = database.CreateCommand($"select (metadata ->> 'commandId')::uuid from events where type = '{Unknown}'");
        history.Add(new Invocation(history.Tick(), history.Tick(), Tenants.Red, "painted", $"order-{order}", "", Outcome.Unknown)
        {
            CommandId = (Guid)(await command.ExecuteScalarAsync())!,
        });
    }

    private static async Task<List<JsonElement>> Open(HttpClient client, StandaloneShop shop) =>
        [.. (await client.GetFromJsonAsync<JsonElement>($"{shop.Address.Url}/v1/dead-letters?state=open")).GetProperty("items").EnumerateArray()];

    private static async Task Post(HttpClient client, string url, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid():n}");
        using var response = await client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
