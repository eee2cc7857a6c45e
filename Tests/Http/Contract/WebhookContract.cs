using System.Text.Json.Nodes;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.Tests.Engine.Webhooks;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Subscriptions over HTTP: what they say, what they send, and that what is done about them is on record.</summary>
public abstract class WebhookContract(IApiHost host) : ApiContract(host), IAsyncLifetime
{
    private Receiver _receiver = null!;
    private Answer _webhook = null!;

    /// <summary>What a host's sender is started with: the receivers of the tests are on this machine.</summary>
    internal static WebhookOptions Options { get; } = new() { AllowsPrivateAddresses = true };

    private string Path => $"/v1/webhooks/{_webhook.Id}";

    private string Secret => (string)_webhook.Json["secret"]!;

    public async Task InitializeAsync()
    {
        _receiver = await Receiver.Open();
        _webhook = (await Api.Post("/v1/webhooks", Webhook("order-placed"))).Expect(201);
    }

    public async Task DisposeAsync()
    {
        await Api.Delete(Path);
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task What_happens_is_posted_signed_and_the_delivery_can_be_looked_at_and_sent_again()
    {
        Assert.Equal(Path, _webhook.Header("Location"));
        var order = await CreateFulfilled();
        await Eventually.True(() => _receiver.Posted.Any(post => post.OrderId == order.Id));
        var post = _receiver.Posted.Single(post => post.OrderId == order.Id);
        Assert.True(post.IsSignedWith(Secret));
        Assert.Equal("order-placed.v1", post.Type);
        Assert.DoesNotContain("[sealed", post.Json.ToJsonString(), StringComparison.Ordinal);

        var list = await Api.GetUntil($"{Path}/deliveries?status=delivered&limit=200", list => Of(list, order.Id) is not null);
        var delivery = Of(list, order.Id)!;
        var path = $"{Path}/deliveries/{(string)delivery["id"]!}";
        var shown = (await Api.Get(path)).Expect(200).Json;
        Assert.Equal((1, 200), ((int)shown["attempts"]![0]!["number"]!, (int)shown["attempts"]![0]!["statusCode"]!));
        Assert.Equal(post.Id, (string)shown["delivery"]!["eventId"]!);

        (await Api.Post($"{path}/resend", new JsonObject())).ExpectError("/reason", "required");
        var (key, reason) = (ApiClient.NewKey(), Unique("because"));
        Assert.Equal("pending", (await Api.Post($"{path}/resend", Reason(reason), key)).Expect(202).State);
        Assert.True((await Api.Post($"{path}/resend", Reason(reason), key)).Expect(202).IsReplayed);
        (await Api.Post($"{path}/resend", Reason("another"), key)).ExpectProblem(422, "idempotency-key-reused");
        await Eventually.True(() => _receiver.Posted.Count(post => post.OrderId == order.Id) == 2);
        var audit = (await Api.Get("/v1/audit?action=resendDelivery&limit=200")).Expect(200).Json["items"]!.AsArray();
        Assert.Contains(audit, line => (string?)line!["reason"] == reason && (string?)line["outcome"] == "done");
        (await Api.Post($"{Path}/resend", With(Reason(), "since", "2026-01-01T00:00:00Z"))).Expect(202);
    }

    [Fact]
    public async Task A_secret_is_shown_where_it_was_made_and_nowhere_else()
    {
        Assert.StartsWith("whsec_", Secret, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", (await Api.Get(Path)).Expect(200).Text + (await Api.Get("/v1/webhooks")).Expect(200).Text, StringComparison.Ordinal);
        var rotated = (await Api.Post($"{Path}/rotate", new JsonObject { ["graceHours"] = 1 })).Expect(200);
        Assert.NotEqual(Secret, (string)rotated.Json["secret"]!);
        Assert.NotNull((string?)rotated.Json["previousSecretUntil"]);
        // Whoever sends learns of a new secret within a second.
        await Eventually.True(async () =>
        {
            (await Api.Post($"{Path}/ping")).Expect(202);
            return _receiver.Posted.Any(post => post.Type == "webhook.ping" && post.Signatures.Length == 2);
        });
        (await Api.Post($"{Path}/rotate", new JsonObject { ["graceHours"] = 169 })).ExpectError("/graceHours", "out-of-range");
    }

    [Fact]
    public async Task A_subscription_is_changed_member_by_member_disabled_and_ended()
    {
        var changed = (await Change(new JsonObject { ["description"] = "shop", ["enabled"] = false, ["eventTypes"] = new JsonArray() })).Expect(200).Json;
        Assert.Equal(("shop", false, "asked", 0), ((string)changed["description"]!, (bool)changed["enabled"]!, (string)changed["disabledReason"]!, changed["eventTypes"]!.AsArray().Count));
        Assert.Equal(_receiver.Url, (string)changed["url"]!);
        (await Api.Post($"{Path}/ping")).ExpectProblem(409, "webhook-disabled");
        var order = await CreateFulfilled();
        Assert.DoesNotContain(_receiver.Posted, post => post.OrderId == order.Id);
        (await Change(new JsonObject { ["enabled"] = true })).Expect(200);
        await Eventually.True(() => _receiver.Posted.Any(post => post.OrderId == order.Id && post.Type == "order-placed.v1"));

        (await Api.Delete(Path)).Expect(204);
        (await Api.Delete(Path)).ExpectProblem(404, "webhook-not-found");
        foreach (var path in (string[])[Path, $"{Path}/deliveries", "/v1/webhooks/nonsense"])
            (await Api.Get(path)).ExpectProblem(404, "webhook-not-found");
    }

    [Theory]
    [InlineData("ftp://shop.example.com/")]
    [InlineData("shop.example.com")]
    [InlineData("https://user:password@shop.example.com/")]
    [InlineData("https://shop.example.com/#part")]
    [InlineData("file:///etc/passwd")]
    [InlineData("")]
    public async Task An_address_that_is_none_of_http_is_refused(string url)
    {
        (await Api.Post("/v1/webhooks", new JsonObject { ["url"] = url })).ExpectError("/url", "invalid-url");
        (await Change(new JsonObject { ["url"] = url })).ExpectError("/url", "invalid-url");
    }

    [Fact]
    public async Task What_is_wrong_with_a_subscription_is_said()
    {
        (await Api.Post("/v1/webhooks", new JsonObject())).ExpectError("/url", "required");
        (await Api.Post("/v1/webhooks", Webhook("order-placed", "order-placed.v1"))).ExpectError("/eventTypes/1", "unknown-value");
        (await Change(new JsonObject { ["from"] = "then" })).ExpectError("/from", "unknown-value");
        (await Api.Get($"{Path}/deliveries?status=lost")).ExpectProblem(400, "invalid-request");
        (await Api.Get($"{Path}/deliveries?cursor=nonsense")).ExpectError("/cursor", "invalid-cursor");
        (await Api.Get($"{Path}/deliveries/nonsense")).ExpectProblem(404, "delivery-not-found");
        (await Api.Post($"{Path}/resend", With(Reason(), "since", "yesterday"))).ExpectError("/since", "invalid-time");
    }

    private Task<Answer> Change(JsonObject body) => Api.Send(HttpMethod.Patch, Path, body.ToJsonString(), null);

    private JsonObject Webhook(params string[] types) => new()
    {
        ["url"] = _receiver.Url, ["eventTypes"] = new JsonArray([.. types.Select(type => JsonValue.Create(type))]),
    };

    private static JsonNode? Of(Answer list, string orderId) => list.Expect(200).Json["items"]!.AsArray().FirstOrDefault(one => (string?)one!["orderId"] == orderId);
}
