using System.Diagnostics;
using System.Text.Json.Nodes;
using OrleansOrders.Tests.Browser.Support;
using OrleansOrders.Tests.Http.Contract;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Browser;

/// <summary>How fast the page is, in the browser: it wants a machine that does nothing else.</summary>
[Collection(StandalonePage.Name)]
public sealed class LongOrderTests(StandalonePageHost host, ITestOutputHelper output)
{
    private const int Events = 10_000;
    private const int MostMilliseconds = 50;
    private const int Tries = 5;

    // Moves a little in each frame, and says how long the frames took and which tasks took long.
    private const string Measure = """
        async ([what, steps]) => {
          const gaps = [], tasks = [];
          const observer = new PerformanceObserver(list => list.getEntries().forEach(entry => tasks.push(Math.round(entry.duration))));
          observer.observe({ type: 'longtask' });
          const box = document.querySelector('.virtual'), slider = document.querySelector('input[type=range]');
          const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
          const frame = () => new Promise(requestAnimationFrame);
          let last = await frame();
          for (let step = 0; step < steps; step++) {
            if (what === 'scroll') box.scrollTop = (step % 120 < 100 ? box.scrollTop + 400 : Math.abs(Math.sin(step)) * box.scrollHeight);
            else { set.call(slider, 1 + Math.round((slider.max - 1) * Math.abs(Math.sin(step / 40)))); slider.dispatchEvent(new Event('input', { bubbles: true })); }
            const now = await frame();
            gaps.push(now - last);
            last = now;
          }
          await new Promise(resolve => setTimeout(resolve, 500));
          observer.disconnect();
          return [Math.max(...gaps), gaps.filter(gap => gap > 50).length, gaps.length, Math.max(0, ...tasks)];
        }
        """;

    [BrowserFact, Trait("tier", "faults")]
    public async Task An_order_of_10000_events_scrolls_and_scrubs_without_a_frame_over_50_milliseconds()
    {
        var id = await CreateLong();
        await using var window = await host.Browser.Open(host.Url);
        var clock = Stopwatch.StartNew();
        await window.Go($"orders/{id}");
        await window.Sees("Order opened");
        output.WriteLine($"shown after {clock.ElapsedMilliseconds} ms");
        await Judge(window, "story", "scroll");
        await window.Page.GetByText("Versions", new() { Exact = true }).ClickAsync();
        await window.Sees($"State at version");
        await Judge(window, "versions", "scrub");
        await window.Page.GetByText("Raw events", new() { Exact = true }).ClickAsync();
        await window.Sees("order-created.v1");
        await Judge(window, "raw events", "scroll");
    }

    [BrowserFact, Trait("tier", "faults")]
    public async Task The_first_page_is_there_in_less_than_a_second()
    {
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            await using var window = await host.Browser.Open(host.Url);
            await window.Go();
            await window.Sees("order_details");
            times.Add(await window.Page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"));
            times[^1] = Math.Max(times[^1], await window.Page.EvaluateAsync<double>("() => Math.max(...performance.getEntriesByType('resource').filter(entry => entry.name.includes('/page/') || entry.name.endsWith('/v1/environment')).map(entry => entry.responseEnd))"));
        }
        output.WriteLine($"first page after {string.Join(", ", times.Select(time => $"{time:0}"))} ms");
        Assert.True(times.Min() < 1_000, $"{times.Min()} ms");
    }

    // A frame is late as well when something else has the machine: what the page needs is the best of a few tries.
    private async Task Judge(PageWindow window, string page, string what)
    {
        var said = "";
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var measured = await window.Page.EvaluateAsync<double[]>(Measure, new object[] { what, 300 });
            said = $"{page}, {what}: {measured[2]} frames, longest {measured[0]:0} ms, {measured[1]} over {MostMilliseconds} ms, longest task {measured[3]:0} ms";
            output.WriteLine(said);
            if (measured[1] == 0)
                return;
        }
        Assert.Fail(said);
    }

    private async Task<string> CreateLong()
    {
        var lines = () => new JsonArray([.. Enumerable.Range(0, 100).Select(i => new JsonObject { ["sku"] = $"long-{i}", ["quantity"] = 1, ["unitPrice"] = 100, ["description"] = $"Line {i}" })]);
        var api = new ApiClient(new OpenServer(host.Url));
        var order = (await api.Post("/v1/orders", new JsonObject { ["customerId"] = "long", ["currency"] = "GBP", ["paymentMethod"] = "pm_ok", ["place"] = false, ["lines"] = lines() })).Expect(201);
        for (var version = order.Version; version < Events;)
            version = (await api.Post($"/v1/orders/{order.Id}/items", new JsonObject { ["lines"] = lines() })).Expect(200).Version;
        return order.Id;
    }
}
