using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Entity tags: change only what you saw, and read only what is new.</summary>
public abstract class PreconditionContract(IApiHost host) : ApiContract(host)
{
    [Fact]
    public async Task A_change_of_the_version_that_was_seen_is_made()
    {
        var draft = await CreateDraft();
        var placed = (await Api.Post($"/v1/orders/{draft.Id}/place", null, null, ("If-Match", draft.ETag!))).Expect(200);
        Assert.Equal(draft.Version + 1, placed.Version);
    }

    [Fact]
    public async Task A_change_of_a_version_that_is_past_is_not_made()
    {
        var draft = await CreateDraft(Line("A"), Line("B"));
        (await Api.Delete($"/v1/orders/{draft.Id}/items/A", ("If-Match", draft.ETag!))).Expect(200);
        var stale = (await Api.Delete($"/v1/orders/{draft.Id}/items/B", ("If-Match", draft.ETag!))).ExpectProblem(412, "version-mismatch");
        Assert.Equal($"\"{draft.Version + 1}\"", stale.ETag);
        Assert.Equal(draft.Version + 1, await HeadVersion(draft.Id));
    }

    [Fact]
    public async Task A_mismatch_uses_no_key_up()
    {
        var (draft, key) = (await CreateDraft(), ApiClient.NewKey());
        (await Api.Post($"/v1/orders/{draft.Id}/place", null, key, ("If-Match", "\"99\""))).ExpectProblem(412, "version-mismatch");
        (await Api.Post($"/v1/orders/{draft.Id}/place", null, key, ("If-Match", draft.ETag!))).Expect(200);
    }

    [Fact]
    public async Task A_repeat_is_answered_although_the_version_has_moved_by_itself()
    {
        var (draft, key) = (await CreateDraft(), ApiClient.NewKey());
        var first = (await Api.Post($"/v1/orders/{draft.Id}/cancel", Reason(), key, ("If-Match", draft.ETag!))).Expect(200);
        var again = (await Api.Post($"/v1/orders/{draft.Id}/cancel", Reason(), key, ("If-Match", draft.ETag!))).Expect(200);
        Assert.Equal((true, first.Text), (again.IsReplayed, again.Text));
    }

    [Fact]
    public async Task A_star_asks_only_that_something_is_there()
    {
        var draft = await CreateDraft();
        (await Api.Post($"/v1/orders/{draft.Id}/place", null, null, ("If-Match", "*"))).Expect(200);
        (await Api.Post($"/v1/orders/{Unique("none")}/place", null, null, ("If-Match", "*"))).ExpectProblem(412, "version-mismatch");
        (await Api.Put($"/v1/customers/{Unique("c")}", new JsonObject { ["name"] = "A" }, ("If-Match", "*"))).ExpectProblem(412, "version-mismatch");
    }

    [Theory]
    [InlineData("7")]
    [InlineData("W/\"7\"")]
    [InlineData("\"7\", \"8\"")]
    [InlineData("\"x\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"\"")]
    [InlineData("\"99999999999999999999\"")]
    public async Task What_is_no_entity_tag_of_ours_is_refused(string tag)
    {
        var draft = await CreateDraft();
        (await Api.Post($"/v1/orders/{draft.Id}/place", null, null, ("If-Match", tag))).ExpectError("/If-Match", "invalid-header");
    }

    [Fact]
    public async Task What_the_caller_has_already_is_not_sent_again()
    {
        var draft = await CreateDraft();
        var path = $"/v1/orders/{draft.Id}?min-position={draft.Position}";
        foreach (var tag in (string[])[draft.ETag!, $"W/{draft.ETag}", $"\"0\", {draft.ETag}", "*"])
        {
            var unchanged = (await Api.Get(path, ("If-None-Match", tag))).Expect(304);
            Assert.Equal(("", draft.ETag), (unchanged.Text, unchanged.ETag));
        }
        (await Api.Get(path, ("If-None-Match", "\"0\""))).Expect(200);
        (await Api.Get(path, ("If-None-Match", "nonsense"))).Expect(200);
        (await Api.Get($"/v1/orders/{draft.Id}?version={draft.Version}", ("If-None-Match", draft.ETag!))).Expect(304);
    }
}
