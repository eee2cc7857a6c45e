using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Npgsql;
using OrleansOrders.Cli.Seed;
using OrleansOrders.ReadModels.Rebuilding;
using OrleansOrders.Tests.Browser.Support;
using OrleansOrders.Tests.Http.Contract;

namespace OrleansOrders.Tests.Browser;

/// <summary>Whatever is written, missing, forbidden or broken: the page says what is the case and stays usable.</summary>
[Collection(StandalonePage.Name)]
public sealed class BadInputPageTests(StandalonePageHost host)
{
    private const string Script = "<img src=x onerror=\"window.hacked=1;alert(1)\"><script>window.hacked=1</script>";
    private const string RightToLeft = "\u05e9\u05dc\u05d5\u05dd \u202e\u0645\u0631\u062d\u0628\u0627";

    private ApiClient Api => new(new OpenServer(host.Url));

    [BrowserFact]
    public async Task Script_in_what_a_customer_wrote_is_text_and_writing_from_the_right_stays_in_its_place()
    {
        var id = await Draft(Script, RightToLeft);
        (await Api.Post($"/v1/orders/{id}/cancel", new JsonObject { ["reason"] = Script })).Expect(200);
        await using var window = await host.Browser.Open(host.Url);
        await window.Go($"orders/{id}");
        await Assertions.Expect(window.Page.Locator(".why")).ToContainTextAsync(Script);
        await window.Page.GetByText("added").First.ClickAsync();
        await window.Go($"orders/{id}?version=3");
        await window.Sees(Script);
        await window.Sees(RightToLeft);
        await window.Go($"orders/{id}?view=raw");
        await window.Page.GetByText("order-cancelled.v1").ClickAsync();
        await window.Sees("hacked");
        await window.Go($"orders?q={Uri.EscapeDataString(Script[..60])}");
        await window.Heading("Orders");
        Assert.Null(await window.Page.EvaluateAsync<int?>("() => window.hacked ?? null"));
        Assert.Equal(0, await window.Page.Locator("main img, main script").CountAsync());
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task A_description_of_10000_characters_is_shortened_until_somebody_wants_all_of_it()
    {
        var id = await Draft("tea", "tea");
        var text = string.Concat(Enumerable.Repeat("0123456789", 1_000));
        await Append(id, "order-item-added.v1", new { sku = "long", quantity = 1, unitPrice = 5, description = text, at = "2026-01-02T03:04:05+00:00" });
        await using var window = await host.Browser.Open(host.Url);
        await window.Go($"orders/{id}?version=4");
        await window.Page.GetByText("Show all 10").First.ClickAsync();
        await window.Sees(text);
        Assert.True(await window.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "The page is wider than its window.");
        await window.Button("Show less").ClickAsync();
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task An_event_that_cannot_be_read_is_named_and_can_be_repaired_and_replayed()
    {
        var id = await Draft("tea", "tea");
        await Append(id, "order-item-removed.v99", new { sku = "sku-1", at = "2026-01-02T03:04:05+00:00" });
        await Api.GetUntil($"/v1/dead-letters?state=open&stream=order-{id}", page => page.Json["items"]!.AsArray().Count == 5);
        await using var window = await host.Browser.Open(host.Url);
        await window.Go($"orders/{id}");
        await window.Sees("event-unreadable");
        await window.Link("Dead letters of this order").ClickAsync();
        await window.Link("order-item-removed.v99").First.ClickAsync();
        await window.Sees("not an event that this version knows");
        await Pictures.Take(window, "standalone-dead-letter");
        await window.Button("Repair …").ClickAsync();
        await window.Page.GetByLabel("Event type").FillAsync("order-teleported.v1");
        await window.Page.GetByLabel("Reason").FillAsync("written by a newer program");
        await window.Button("Write down the repair").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("/type");
        await window.Page.GetByLabel("Event type").FillAsync("order-item-removed.v1");
        await window.Button("Write down the repair").ClickAsync();
        await window.Sees("Repair 1 is written down");
        await window.Button("Replay …").ClickAsync();
        await window.Page.GetByLabel("Reason").FillAsync("repaired");
        await window.Button("Replay").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".done")).ToContainTextAsync("repl");
        await window.Go($"orders/{id}");
        await window.Sees("repaired");
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task An_order_that_is_not_there_or_is_another_tenants_is_said_not_to_be_there()
    {
        await using var server = await host.ServeWithKeys();
        await using var window = await host.Browser.Open(new Uri(server.Url));
        await window.Go($"orders/{host.Orders[Fate.Delivered]}");
        await window.Sees("This server wants a key");
        await Pictures.Take(window, "standalone-key");
        await SignIn(window, "orders_nonsense");
        await window.Sees("credential-malformed");
        await SignIn(window, StandalonePageHost.SecretOf("other"));
        await window.Sees("There is no such order.");
        await window.Sees("order-not-found");
        Assert.Equal("{}", await window.Page.EvaluateAsync<string>("() => JSON.stringify(localStorage)"));
        await window.Page.GetByText("Sign out").ClickAsync();
        await SignIn(window, StandalonePageHost.SecretOf("default"));
        await window.Sees("Order opened in GBP");
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task A_broken_live_connection_is_said_and_what_was_missed_comes_when_it_holds_again()
    {
        await using var relay = new Relay(host.Url);
        await using var window = await host.Browser.Open(relay.Url);
        await window.Go();
        await window.Sees("order_details");
        relay.Cut();
        var banner = window.Page.GetByText("The live connection is broken");
        await Assertions.Expect(banner).ToBeVisibleAsync();
        await Pictures.Take(window, "standalone-broken");
        var sku = $"missed-{Guid.NewGuid():n}"[..14];
        (await Api.Post($"/v1/stock/{sku}/receipts", new JsonObject { ["quantity"] = 1 })).Expect(200);
        relay.Mend();
        await window.Button("Try now").ClickAsync();
        await Assertions.Expect(window.Page.Locator(".feed")).ToContainTextAsync(sku);
        await Assertions.Expect(banner).Not.ToBeVisibleAsync();
        await window.Page.GetByRole(AriaRole.Navigation).GetByText("Projections").ClickAsync();
        await window.Sees("fulfilment_board");
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task A_rebuild_that_runs_already_is_not_started_twice()
    {
        await using var window = await host.Browser.Open(host.Url);
        await window.Go("projections");
        var sales = window.Page.GetByRole(AriaRole.Region, new() { Name = "sales", Exact = true });
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(host.Database) { Pooling = false }.ConnectionString);
        await using var another = await database.OpenConnectionAsync();
        await Execute(another, $"select pg_advisory_lock(hashtextextended('read model sales__{ShadowTable.Shadow}', 0))");
        await sales.GetByRole(AriaRole.Button).ClickAsync();
        await window.Button("Start").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("rebuild-running");
        await Pictures.Take(window, "standalone-rebuild-twice");
        await Execute(another, "select pg_advisory_unlock_all()");
        await window.Button("Start").ClickAsync();
        await Assertions.Expect(sales).ToContainTextAsync("switched");
        await Assertions.Expect(sales).ToContainTextAsync("Rows that differ");
        Assert.Empty(window.Complaints);
    }

    private static async Task SignIn(PageWindow window, string secret)
    {
        await window.Page.GetByLabel("Key or token").FillAsync(secret);
        await window.Button("Go on").ClickAsync();
    }

    private async Task<string> Draft(params string[] descriptions)
    {
        var lines = descriptions.Select((text, i) => new JsonObject { ["sku"] = $"sku-{i}", ["quantity"] = 1, ["unitPrice"] = 100, ["description"] = text });
        return (await Api.Post("/v1/orders", new JsonObject
        {
            ["customerId"] = "mallory", ["currency"] = "GBP", ["paymentMethod"] = "pm_ok", ["place"] = false, ["lines"] = new JsonArray([.. lines]),
        })).Expect(201).Id;
    }

    private Task Append(string id, string type, object data) => host.AppendForeign("order", id, type, JsonSerializer.Serialize(data));

    // As another process would that is rebuilding it.
    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
