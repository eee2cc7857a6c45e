using System.Text.Json.Nodes;
using OrleansOrders.Domain;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Http;

/// <summary>Refunds above the limit, over HTTP: two persons, and what each of them may not do alone.</summary>
public abstract class RefundApprovalContract : IAsyncLifetime
{
    private const long Limit = 1_000;

    private ApiServer _server = null!;
    private ApiClient _api = null!;

    /// <summary>What the hosts have: one currency with a limit, which only these tests refund in.</summary>
    public static RefundLimits Limits { get; } = RefundLimits.Parse($"JPY={Limit},*={OrleansOrders.Domain.Limits.OrderTotal}")!;

    public async Task InitializeAsync()
    {
        // Ada has two keys, and is one person with both.
        ApiKey[] keys = [Key("ada-1", "ada"), Key("ada-2", "ada"), Key("grace-1", "grace")];
        _server = await Start(new ApiOptions { Keys = new KeyRing(keys) });
        _api = new ApiClient(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Above_the_limit_a_refund_waits_for_another_person_and_goes_ahead_when_approved()
    {
        var order = await CreatePaid();
        var key = ApiClient.NewKey();
        var proposed = (await Ask(order, Limit + 1, "ada-1", key)).Expect(202);
        var path = proposed.Headers.Location!.ToString();
        var refund = (await _api.Get(path, Bearer("grace-1"))).Expect(200);
        Assert.Equal(("proposed", "ada"), (refund.State, (string)refund.Json["by"]!));
        Assert.NotNull(refund.Json["expiresAt"]);
        var again = (await Ask(order, Limit + 1, "ada-1", key)).Expect(202);
        Assert.Equal((true, proposed.Text), (again.IsReplayed, again.Text));

        foreach (var own in (string[])["ada-1", "ada-2"])
            (await Post($"{path}/approve", own)).ExpectProblem(403, "refund-needs-another-person");
        (await Post($"{path}/reject", "ada-2", new JsonObject { ["reason"] = "no" })).ExpectProblem(403, "refund-needs-another-person");
        (await Post($"{path}/withdraw", "grace-1")).ExpectProblem(403, "refund-of-another-person");
        Assert.Equal(0, (long)(await Payment(order)).Json["refunded"]!);

        (await Post($"{path}/approve", "grace-1")).Expect(200);
        await Eventually.True(async () => (long)(await Payment(order)).Json["refunded"]! == Limit + 1);
        refund = (await _api.Get(path, Bearer("ada-1"))).Expect(200);
        Assert.Equal(("refunded", "ada", "grace"), (refund.State, (string)refund.Json["by"]!, (string)refund.Json["approvedBy"]!));
        (await Post($"{path}/reject", "grace-1", new JsonObject { ["reason"] = "late" })).ExpectProblem(409, "refund-not-proposed");
    }

    [Fact]
    public async Task Small_refunds_do_not_walk_around_the_limit_whichever_key_they_come_with()
    {
        var order = await CreatePaid();
        (await Ask(order, Limit - 1, "ada-1")).Expect(201);
        var proposed = (await Ask(order, 2, "ada-2")).Expect(202);
        (await Ask(order, 1, "ada-2")).Expect(201);
        (await Ask(order, Limit, "grace-1")).Expect(201);
        var path = proposed.Headers.Location!.ToString();
        (await Post($"{path}/reject", "grace-1", new JsonObject { ["reason"] = "too much" })).Expect(200);
        Assert.Equal("rejected", (await _api.Get(path, Bearer("ada-1"))).State);
        (await Post($"{path}/approve", "grace-1")).ExpectProblem(409, "refund-not-proposed");
        await Eventually.True(async () => (long)(await Payment(order)).Json["refunded"]! == 2 * Limit);
    }

    [Fact]
    public async Task Goods_that_are_taken_back_give_money_back_within_the_same_limit()
    {
        var order = await CreatePaid(isDelivered: true);
        var returned = new JsonObject { ["reason"] = "broken", ["lines"] = new JsonArray(new JsonObject { ["sku"] = order.Sku, ["quantity"] = 3 }) };
        (await Post($"/v1/orders/{order.Id}/returns", "ada-1", returned)).Expect(200);
        await Eventually.True(async () => (await Payment(order)).Json["refunds"]!.AsArray() is [{ } refund] && (string)refund["status"]! == "proposed");
        var refundId = (string)(await Payment(order)).Json["refunds"]![0]!["refundId"]!;
        (await Post($"/v1/payments/{order.Id}/refunds/{refundId}/withdraw", "ada-2")).Expect(200);
        Assert.Equal("withdrawn", (await _api.Get($"/v1/payments/{order.Id}/refunds/{refundId}", Bearer("ada-1"))).State);
    }

    [Fact]
    public async Task A_refund_that_is_not_there_is_not_decided_on()
    {
        var order = await CreatePaid();
        (await _api.Get($"/v1/payments/{order.Id}/refunds/none", Bearer("ada-1"))).ExpectProblem(404, "refund-not-found");
        (await Post($"/v1/payments/{order.Id}/refunds/none/approve", "ada-1")).ExpectProblem(404, "refund-not-found");
        (await Post("/v1/payments/none/refunds/none/approve", "ada-1")).ExpectProblem(404, "payment-not-found");
    }

    /// <summary>A server of the edition, over its own log.</summary>
    private protected abstract Task<ApiServer> Start(ApiOptions options);

    private Task<Answer> Ask((string Id, string Sku) order, long amount, string secret, string? key = null) =>
        _api.Post($"/v1/payments/{order.Id}/refunds", new JsonObject { ["amount"] = amount, ["reason"] = "broken" }, key, Bearer(secret));

    private Task<Answer> Post(string path, string secret, JsonObject? body = null) => _api.Post(path, body, null, Bearer(secret));

    private Task<Answer> Payment((string Id, string Sku) order) => _api.Get($"/v1/payments/{order.Id}", Bearer("ada-1"));

    // 5 pieces of 500 yen.
    private async Task<(string Id, string Sku)> CreatePaid(bool isDelivered = false)
    {
        var sku = $"sku-{Guid.NewGuid():N}"[..12];
        (await Post($"/v1/stock/{sku}/receipts", "ada-1", new JsonObject { ["quantity"] = 5 })).Expect(200);
        var order = (await Post("/v1/orders", "ada-1", new JsonObject
        {
            ["customerId"] = "c",
            ["currency"] = "JPY",
            ["paymentMethod"] = "pm_ok",
            ["lines"] = new JsonArray(new JsonObject { ["sku"] = sku, ["quantity"] = 5, ["unitPrice"] = 500 }),
        })).Expect(201);
        await Eventually.True(async () => (await Payment((order.Id, sku))) is { Status: 200, State: "captured" });
        if (!isDelivered)
            return (order.Id, sku);
        (await Post($"/v1/orders/{order.Id}/ship", "ada-1", new JsonObject { ["carrier"] = "c", ["trackingNumber"] = "t" })).Expect(200);
        (await Post($"/v1/orders/{order.Id}/deliver", "ada-1")).Expect(200);
        return (order.Id, sku);
    }

    private static (string Name, string Value) Bearer(string secret) => ("Authorization", $"Bearer {secret}");

    private static ApiKey Key(string id, string holder) => new(id, ApiKeySecret.Hash(id), "default", Scopes.All.ToHashSet()) { Holder = holder };
}

[Collection(StandaloneApi.Name)]
public sealed class StandaloneRefundApprovalTests(StandaloneApiHost host) : RefundApprovalContract
{
    private protected override Task<ApiServer> Start(ApiOptions options) => ApiServer.Start(host.Aggregates, host.ReadModels, options);
}
