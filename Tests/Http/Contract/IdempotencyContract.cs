using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>One key is one command, however often it is sent.</summary>
public abstract class IdempotencyContract(IApiHost host) : ApiContract(host)
{
    public static TheoryData<string, string?> Commands => new()
    {
        { "/v1/orders", """{"customerId":"c","currency":"GBP","paymentMethod":"pm_ok","lines":[{"sku":"a","quantity":1,"unitPrice":1}]}""" },
        { "/v1/orders/x/items", """{"lines":[{"sku":"a","quantity":1,"unitPrice":1}]}""" },
        { "/v1/orders/x/place", null },
        { "/v1/orders/x/cancel", """{"reason":"r"}""" },
        { "/v1/orders/x/ship", """{"carrier":"c","trackingNumber":"t"}""" },
        { "/v1/orders/x/deliver", null },
        { "/v1/orders/x/returns", """{"lines":[{"sku":"a","quantity":1}],"reason":"r"}""" },
        { "/v1/payments/x/refunds", """{"amount":1,"reason":"r"}""" },
        { "/v1/stock/x/receipts", """{"quantity":1}""" },
        { "/v1/fulfilments/x/retry", """{"reason":"r"}""" },
        { "/v1/fulfilments/x/skip", """{"reason":"r"}""" },
        { "/v1/fulfilments/x/compensate", """{"reason":"r"}""" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_post_command_needs_a_key_that_is_one(string path, string? body)
    {
        (await Api.Send(HttpMethod.Post, path, body, null)).ExpectError("/Idempotency-Key", "required", "idempotency-key-required");
        foreach (var key in (string[])["", "a b", "tab\tbed", new string('k', 256)])
            (await Api.Send(HttpMethod.Post, path, body, key)).ExpectProblem(400, "idempotency-key-required");
    }

    [Fact]
    public async Task A_repeated_creation_gives_the_first_reply_again()
    {
        var (key, body) = (ApiClient.NewKey(), With(Order(), "place", false));
        var first = (await Api.Post("/v1/orders", body, key)).Expect(201);
        (await Api.Post($"/v1/orders/{first.Id}/cancel", Reason())).Expect(200);

        var again = (await Api.Post("/v1/orders", body, key)).Expect(201);
        Assert.True(again.IsReplayed);
        Assert.Equal((first.Text, first.ETag, first.Headers.Location), (again.Text, again.ETag, again.Headers.Location));
        Assert.Equal("draft", again.State);
    }

    [Fact]
    public async Task A_repeated_receipt_adds_no_second_piece()
    {
        var (sku, key, body) = (Unique("sku"), ApiClient.NewKey(), new JsonObject { ["quantity"] = 5 });
        var first = (await Api.Post($"/v1/stock/{sku}/receipts", body, key)).Expect(200);
        (await Api.Post($"/v1/stock/{sku}/receipts", body)).Expect(200);
        var again = (await Api.Post($"/v1/stock/{sku}/receipts", body, key)).Expect(200);
        Assert.True(again.IsReplayed && !first.IsReplayed);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(10L, (long)(await Api.Get($"/v1/stock/{sku}?min-position={again.Position + 1}")).Json["received"]!);
    }

    [Fact]
    public async Task A_repeated_refusal_is_the_first_refusal_even_if_it_would_succeed_now()
    {
        var (id, key) = (Unique("none"), ApiClient.NewKey());
        var draft = await CreateDraft();
        var parcel = new JsonObject { ["carrier"] = "DPD", ["trackingNumber"] = "T" };
        (await Api.Post($"/v1/orders/{id}/ship", parcel, key)).ExpectProblem(404, "order-not-found");
        var again = (await Api.Post($"/v1/orders/{id}/ship", parcel, key)).ExpectProblem(404, "order-not-found");
        Assert.True(again.IsReplayed);

        var refund = new JsonObject { ["amount"] = 1, ["reason"] = "r" };
        (await Api.Post($"/v1/payments/{draft.Id}/refunds", refund, key)).ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task The_same_request_may_be_written_in_another_way()
    {
        var key = ApiClient.NewKey();
        const string one = """{"customerId":"c","currency":"GBP","paymentMethod":"pm_ok","place":false,"lines":[{"sku":"a","quantity":1,"unitPrice":1}]}""";
        const string other = """
             { "lines" : [ { "unitPrice":1, "quantity":1, "sku":"\u0061", "description":null } ], "place": false,
               "currency":"GBP", "customerId":"c", "paymentMethod":"pm_ok" }
            """;
        var first = (await Api.PostText("/v1/orders", one, key)).Expect(201);
        var second = (await Api.PostText("/v1/orders", other, key)).Expect(201);
        Assert.True(second.IsReplayed);
        Assert.Equal(first.Text, second.Text);
    }

    [Fact]
    public async Task A_key_belongs_to_one_request_body_and_address()
    {
        var (key, body) = (ApiClient.NewKey(), With(Order(), "place", false));
        var order = (await Api.Post("/v1/orders", body, key)).Expect(201);
        (await Api.Post("/v1/orders", With(body, "customerId", "other"), key)).ExpectProblem(422, "idempotency-key-reused");
        (await Api.Post($"/v1/orders/{order.Id}/cancel", Reason(), key)).ExpectProblem(422, "idempotency-key-reused");

        var (a, b, cancelKey) = (await CreateDraft(), await CreateDraft(), ApiClient.NewKey());
        (await Api.Post($"/v1/orders/{a.Id}/cancel", Reason(), cancelKey)).Expect(200);
        (await Api.Post($"/v1/orders/{b.Id}/cancel", Reason(), cancelKey)).ExpectProblem(422, "idempotency-key-reused");
        (await Api.Post($"/v1/orders/{a.Id}/cancel", Reason("another reason"), cancelKey)).ExpectProblem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_wrong_request_uses_no_key_up()
    {
        var key = ApiClient.NewKey();
        (await Api.PostText("/v1/orders", "{}", key)).Expect(400);
        (await Api.Post("/v1/orders", With(Order(), "place", false), key)).Expect(201);
    }

    [Fact]
    public async Task Twenty_callers_with_one_key_make_one_order_between_them()
    {
        var (key, body) = (ApiClient.NewKey(), With(Order(), "customerId", Unique("c")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Api.Post("/v1/orders", body, key)));
        Assert.All(answers, answer => Assert.True(answer.Status == 201 || answer.Code == "idempotency-key-in-use", answer.Text));
        Assert.All(answers.Where(answer => answer.Status == 409), answer => Assert.NotNull(answer.Header("Retry-After")));
        var made = answers.Where(answer => answer.Status == 201).ToList();
        Assert.Single(made.Select(answer => answer.Text).Distinct());
        Assert.Single(made, answer => !answer.IsReplayed);
        (await Api.Post("/v1/orders", body, key)).Expect(201);
    }

    [Fact]
    public async Task A_delete_or_put_may_have_a_key_and_is_then_a_command_like_another()
    {
        var (draft, key) = (await CreateDraft(Line("A"), Line("B")), ApiClient.NewKey());
        var first = (await Api.Delete($"/v1/orders/{draft.Id}/items/A", ("Idempotency-Key", key))).Expect(200);
        var again = (await Api.Delete($"/v1/orders/{draft.Id}/items/A", ("Idempotency-Key", key))).Expect(200);
        Assert.True(again.IsReplayed);
        Assert.Equal(first.Text, again.Text);
        (await Api.Delete($"/v1/orders/{draft.Id}/items/A")).ExpectProblem(404, "item-not-found");
        (await Api.Delete($"/v1/orders/{draft.Id}/items/B", ("Idempotency-Key", "a b"))).ExpectError("/Idempotency-Key", "invalid-header");

        var (customer, putKey) = (Unique("c"), ApiClient.NewKey());
        (await Api.Put($"/v1/customers/{customer}", new JsonObject { ["name"] = "A" }, ("Idempotency-Key", putKey))).Expect(200);
        (await Api.Put($"/v1/customers/{customer}", new JsonObject { ["name"] = "B" }, ("Idempotency-Key", putKey)))
            .ExpectProblem(422, "idempotency-key-reused");
    }
}
