using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using OrleansOrders.Cli.Seed;
using OrleansOrders.Tests.Browser.Support;
using OrleansOrders.Tests.Engine.Webhooks;
using OrleansOrders.Tests.Http.Contract;

namespace OrleansOrders.Tests.Browser;

/// <summary>The operations page as a person uses it, in both editions.</summary>
public abstract class PageContract
{
    // What a screen reader has to go by. Returns what is missing.
    private const string Missing = """
        () => {
          const named = element => element.getAttribute('aria-label') || element.labels?.length || element.textContent.trim() || element.title;
          const found = [...document.querySelectorAll('button, a[href], input, select, textarea, dialog, nav')].filter(element => !named(element)).map(element => element.outerHTML);
          const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
          if (new Set(ids).size !== ids.length) found.push('an id stands twice');
          if (document.querySelectorAll('main').length !== 1 || document.querySelectorAll('h1').length !== 1) found.push('not one main and one h1');
          if (!document.documentElement.lang) found.push('no language');
          return found;
        }
        """;

    // The other pages look the same in both editions, and pictures are large.
    private static readonly string[] KeptOfBoth = ["home", "order", "projections"];

    private protected abstract IPageHost Host { get; }

    [BrowserFact]
    public async Task Every_page_shows_what_there_is_and_a_screen_reader_finds_its_way()
    {
        await using var window = await Host.Browser.Open(Host.Url);
        (string Route, string Heading, string Sees, string Picture)[] pages =
        [
            ("", "Home", "order_details", "home"), ("orders", "Orders", Host.Orders[Fate.Delivered], "orders"),
            ($"orders/{Host.Orders[Fate.Declined]}", "Order", "Compensation started", "order"),
            ($"orders/{Host.Orders[Fate.Returned]}?version=4", "Order", "State at version 4", "versions"),
            ($"orders/{Host.Orders[Fate.Delivered]}?view=raw", "Order", "order-placed.v1", "raw-events"),
            ("fulfilments?status=parked", "Fulfilments", "Skip the step", "fulfilments"), ("projections", "Projections", "fulfilment_board", "projections"),
            ("dead-letters", "Dead letters", "replay requested", "dead-letters"), ("webhooks", "Webhooks", "", "webhooks"), ("audit", "Audit", "", "audit"),
        ];
        foreach (var (route, heading, sees, picture) in pages)
        {
            await window.Go(route);
            await window.Heading(heading);
            await window.Sees(sees);
            if (route.Length == 0)
                await Assertions.Expect(window.Page.Locator("figcaption")).Not.ToContainTextAsync("at most 0");
            Assert.Empty(await window.Page.EvaluateAsync<string[]>(Missing));
            if (Host.Edition == "standalone" || KeptOfBoth.Contains(picture))
                await Pictures.Take(window, $"{Host.Edition}-{picture}");
        }
        await Assertions.Expect(window.Page.Locator("header")).ToContainTextAsync(Host.Edition);
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task Why_an_order_was_cancelled_is_found_from_the_home_page_with_a_few_clicks()
    {
        await using var window = await Host.Browser.Open(Host.Url);
        await window.Go();
        await window.Page.GetByRole(AriaRole.Navigation).GetByText("Orders").ClickAsync();
        await window.Page.GetByLabel("Words").FillAsync(Host.Orders[Fate.OutOfStock]);
        await window.Button("Search").ClickAsync();
        await window.Link(Host.Orders[Fate.OutOfStock]).ClickAsync();
        await Assertions.Expect(window.Page.Locator(".why")).ToContainTextAsync("an item is out of stock");
        await window.Go($"orders/{Host.Orders[Fate.Declined]}");
        await Assertions.Expect(window.Page.Locator(".why")).ToContainTextAsync("the payment was declined");
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task An_order_of_each_fate_is_one_click_from_home()
    {
        await using var window = await Host.Browser.Open(Host.Url);
        foreach (var (sample, fate) in new[] { ("confirmed", Fate.Confirmed), ("capture-fails", Fate.CaptureFails), ("parked", Fate.Parked), ("returned", Fate.Returned) })
        {
            await window.Go();
            await window.Link(sample).ClickAsync();
            await window.Heading("Order");
            await window.Sees(Host.Orders[fate]);
        }
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task A_version_is_an_address_and_the_slider_walks_through_all_of_them()
    {
        await using var window = await Host.Browser.Open(Host.Url);
        await window.Go($"orders/{Host.Orders[Fate.Delivered]}?version=1");
        await window.Sees("This is the first version");
        await window.Page.GetByRole(AriaRole.Slider).FocusAsync();
        await window.Page.Keyboard.PressAsync("ArrowRight");
        await window.Sees("Changed with version 2");
        await window.Sees("added");
        await Assertions.Expect(window.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("version=2"));
        await window.Page.ReloadAsync();
        await window.Sees("State at version 2");
        await window.Page.Keyboard.PressAsync("Tab");
        await window.Page.GetByRole(AriaRole.Slider).FocusAsync();
        await window.Page.Keyboard.PressAsync("End");
        await window.Sees("delivered");
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task The_story_is_read_with_the_keyboard_and_leads_from_an_event_to_its_cause()
    {
        await using var window = await Host.Browser.Open(Host.Url);
        await window.Go($"orders/{Host.Orders[Fate.Declined]}");
        var story = window.Page.GetByRole(AriaRole.Listbox, new() { Name = "Story" });
        await story.FocusAsync();
        await window.Page.Keyboard.PressAsync("End");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Option, new() { Selected = true })).ToHaveCountAsync(1);
        await story.GetByText("Payment of").ClickAsync();
        var details = window.Page.GetByRole(AriaRole.Complementary);
        await Assertions.Expect(details).ToContainTextAsync("payment-requested.v1");
        await details.GetByRole(AriaRole.Link).First.ClickAsync();
        await Assertions.Expect(details).ToContainTextAsync("fulfilment-");
        await window.Button("Grouped by part").ClickAsync();
        await Assertions.Expect(story).ToContainTextAsync("events");
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task A_delivery_that_failed_is_looked_at_and_sent_again_with_a_reason()
    {
        await using var receiver = await Receiver.Open();
        receiver.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("<script>alert('receiver')</script>");
        };
        var made = await Send("/v1/webhooks", $$"""{"url":"{{receiver.Url}}","eventTypes":["order-shipped"],"description":"<b>shop</b>"}""");
        var id = (string)JsonNode.Parse(made)!["id"]!;
        try
        {
            await Send($"/v1/webhooks/{id}/ping", "{}");
            await using var window = await Host.Browser.Open(Host.Url);
            await window.Go("webhooks");
            await window.Heading("Webhooks");
            await window.Link(receiver.Url).ClickAsync();
            await window.Sees("failing");
            await window.Link("webhook.ping").ClickAsync();
            await window.Sees("500 status");
            await window.Sees("<script>alert");
            if (Host.Edition == "standalone")
                await Pictures.Take(window, "standalone-webhook");
            receiver.AnswerWith(200);
            await window.Button("Send again …").ClickAsync();
            var dialog = window.Page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Textbox).FillAsync("they are there again");
            await dialog.GetByText("Send", new() { Exact = true }).ClickAsync();
            await window.Sees("It is sent again.");
            await window.Link("delivered").ClickAsync();
            await window.Sees("200");
            await window.Go("audit?action=resendDelivery");
            await window.Sees("they are there again");
            Assert.Empty(window.Complaints);
        }
        finally
        {
            using var http = new HttpClient { BaseAddress = Host.Url };
            await http.DeleteAsync(new Uri($"/v1/webhooks/{id}", UriKind.Relative));
        }
    }

    [BrowserFact]
    public async Task What_comes_to_an_order_is_added_without_loading_its_story_again()
    {
        var order = await Send("/v1/orders", """{"customerId":"ada","currency":"GBP","paymentMethod":"pm_ok","place":false,"lines":[{"sku":"tea","quantity":1,"unitPrice":100}]}""");
        var id = (string)JsonNode.Parse(order)!["id"]!;
        await using var window = await Host.Browser.Open(Host.Url);
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        window.Page.Request += (_, request) =>
        {
            if (request.Url.Contains("/timeline", StringComparison.Ordinal))
                asked.Enqueue(request.Url);
        };
        await window.Go($"orders/{id}");
        await window.Sees("1 × tea added");
        await Assertions.Expect(window.Page.GetByText("live", new() { Exact = true }).First).ToBeVisibleAsync();
        var before = asked.Count; // more than one where something happened while the page was loading
        await Send($"/v1/orders/{id}/items", """{"lines":[{"sku":"milk","quantity":2,"unitPrice":50}]}""");
        await window.Sees("2 × milk added");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Option)).ToHaveCountAsync(3);
        Assert.DoesNotContain("after=", asked.First(), StringComparison.Ordinal);
        Assert.All(asked.Skip(before), url => Assert.Contains("after=", url, StringComparison.Ordinal));
        Assert.True(asked.Count > before);
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task What_happens_is_seen_without_loading_the_page_again()
    {
        await using var window = await Host.Browser.Open(Host.Url);
        await window.Go();
        await Assertions.Expect(window.Page.GetByText("live", new() { Exact = true }).First).ToBeVisibleAsync();
        var sku = $"seen-{Guid.NewGuid():n}"[..12];
        await Send($"/v1/stock/{sku}/receipts", """{"quantity":3}""");
        await Assertions.Expect(window.Page.Locator(".feed")).ToContainTextAsync(sku);
        Assert.Empty(window.Complaints);
    }

    [BrowserFact]
    public async Task A_parked_fulfilment_is_tried_again_with_a_reason_that_the_audit_keeps()
    {
        await using var window = await Host.Browser.Open(Host.Url);
        await window.Go("fulfilments?status=parked");
        await window.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = Host.Orders[Fate.Parked] }).GetByText("Try again").ClickAsync();
        var dialog = window.Page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByText("Try again", new() { Exact = true }).Last).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("the provider works again");
        if (Host.Edition == "standalone")
            await Pictures.Take(window, "standalone-desk");
        await dialog.GetByText("Try again", new() { Exact = true }).Last.ClickAsync();
        await window.Sees("try again is done");
        await window.Go("audit?action=retryFulfilment");
        await window.Sees("the provider works again");
        Assert.Empty(window.Complaints);
    }

    private protected async Task<string> Send(string path, string body)
    {
        using var http = new HttpClient { BaseAddress = Host.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", ApiClient.NewKey());
        using var response = await http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, answer);
        return answer;
    }
}
