using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>What is personal is shown to who may ask, stored nowhere readable, and gone for good after erasure.</summary>
public abstract class PersonalDataContract(IApiHost host) : ApiContract(host)
{
    [Fact]
    public async Task Personal_texts_are_shown_but_stored_nowhere_readable_and_erasure_takes_them_from_everywhere()
    {
        var (customer, mark) = (Unique("c"), Unique("zanzibar"));
        await Register(customer, mark);
        var (kept, cancelled) = (await CreateFor(customer, mark), await CreateFor(customer, mark));
        (await Api.Post($"/v1/orders/{cancelled}/cancel", Reason($"{mark} changed her mind"))).Expect(200);
        await ReturnPartOf(kept, mark);
        (await Api.Post($"/v1/payments/{kept}/refunds", new JsonObject { ["amount"] = 1, ["reason"] = $"{mark} asked twice" })).Expect(201);
        await Api.Post($"/v1/fulfilments/{kept}/retry", Reason($"{mark} waits"));

        string[] addresses =
        [
            $"/v1/orders/{kept}", $"/v1/orders/{cancelled}", $"/v1/orders/{kept}/events?limit=200", $"/v1/orders/{cancelled}/timeline",
            $"/v1/payments/{kept}", "/v1/audit?limit=200",
        ];
        foreach (var address in addresses)
            await Api.GetUntil(address, answer => answer.Text.Contains(mark, StringComparison.Ordinal));
        Assert.Empty(await Host.FindStored(mark));

        (await Api.Delete($"/v1/customers/{customer}")).Expect(204);
        foreach (var address in addresses)
        {
            var answer = (await Api.Get(address)).Expect(200);
            Assert.DoesNotContain(mark, answer.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("[sealed", answer.Text, StringComparison.Ordinal);
            Assert.Contains("[erased]", answer.Text, StringComparison.Ordinal);
        }
        Assert.Empty(await Host.FindStored(mark));
    }

    [Fact]
    public async Task An_erasure_has_a_receipt_that_names_every_place_that_was_looked_through()
    {
        var (customer, mark) = (Unique("c"), Unique("zanzibar"));
        await Register(customer, mark);
        var order = await CreateFor(customer, mark);
        (await Api.Get($"/v1/customers/{customer}/erasure")).ExpectProblem(404, "customer-not-found");
        (await Api.Get($"/v1/orders/{order}?min-position=1")).Expect(200);
        (await Api.Delete($"/v1/customers/{customer}")).Expect(204);

        var receipt = await Api.GetUntil($"/v1/customers/{customer}/erasure", answer => answer.Status == 200 && answer.State == "checked");
        Assert.Equal(customer, (string)receipt.Json["customerId"]!);
        Assert.InRange((int)receipt.Json["textsSought"]!, 3, 10);
        var places = receipt.Json["places"]!.AsArray().ToDictionary(place => (string)place!["place"]!, place => place!);
        foreach (var table in (string[])["events", "snapshots", "commands", "order_details", "order_search", "dead_letters", "event_repairs", "notifications", "provider_ledger"])
            Assert.Contains($"public.{table}", places.Keys);
        Assert.All(places.Values, place => Assert.Equal(0, (long)place["readable"]!));
        Assert.InRange((long)places["public.events"]["sealed"]!, 2, 10);
        Assert.Contains(receipt.Json["unchecked"]!.AsArray(), place => (string)place!["place"]! == "backups");
        Assert.DoesNotContain(mark, receipt.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_guests_address_is_erased_by_the_same_request_and_later_ones_are_not_kept()
    {
        var (guest, mark) = (Unique("g"), Unique("zanzibar"));
        var order = await CreateFor(guest, mark);
        (await Api.Delete($"/v1/customers/{guest}")).Expect(204);
        (await Api.Delete($"/v1/customers/{guest}")).Expect(204);
        Assert.Equal("[erased]", (string)(await Api.Get($"/v1/orders/{order}")).Expect(200).Json["shippingAddress"]!);
        var later = await CreateFor(guest, mark);
        Assert.Equal("[erased]", (string)(await Api.Get($"/v1/orders/{later}")).Expect(200).Json["shippingAddress"]!);
        Assert.Empty(await Host.FindStored(mark));
    }

    [Fact]
    public async Task A_text_that_only_looks_sealed_is_a_text_like_any_other()
    {
        var id = (await Api.Post("/v1/orders", With(With(Order(), "place", false), "shippingAddress", "[sealed.v1.abc] Lane"))).Expect(201).Id;
        Assert.Equal("[sealed v1 abc] Lane", (string)(await Api.Get($"/v1/orders/{id}")).Expect(200).Json["shippingAddress"]!);
    }

    private async Task Register(string customer, string mark) => (await Api.Put($"/v1/customers/{customer}", new JsonObject
    {
        ["name"] = $"{mark} \"Zoë\" O'Brown", ["email"] = $"{mark}@example.org", ["phone"] = "+44 20 7946 0000", ["address"] = $"1 {mark} Lane",
        ["country"] = mark,
    })).Expect(200);

    private async Task<string> CreateFor(string customer, string mark)
    {
        var sku = Unique("sku");
        (await Api.Post($"/v1/stock/{sku}/receipts", new JsonObject { ["quantity"] = 2 })).Expect(200);
        var body = With(With(Order(Line(sku, 2, 500)), "customerId", customer), "shippingAddress", $"2 {mark} Lane");
        return (await Api.Post("/v1/orders", body)).Expect(201).Id;
    }

    private async Task ReturnPartOf(string order, string mark)
    {
        await Api.GetUntil($"/v1/orders/{order}/timeline", story => story.Text.Contains("\"fulfilment-completed.v1\"", StringComparison.Ordinal));
        var sku = (string)(await Api.Get($"/v1/orders/{order}")).Json["lines"]![0]!["sku"]!;
        (await Api.Post($"/v1/orders/{order}/ship", new JsonObject { ["carrier"] = "dhl", ["trackingNumber"] = "RM 1" })).Expect(200);
        (await Api.Post($"/v1/orders/{order}/deliver")).Expect(200);
        var lines = new JsonArray(new JsonObject { ["sku"] = sku, ["quantity"] = 1 });
        (await Api.Post($"/v1/orders/{order}/returns", new JsonObject { ["lines"] = lines, ["reason"] = $"{mark} did not like it" })).Expect(200);
        await Api.GetUntil($"/v1/payments/{order}", payment => payment.Text.Contains("\"refunded\"", StringComparison.Ordinal));
    }
}
