using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>The live stream: every event of the tenant once, in log order, also for whoever was away.</summary>
public abstract class LiveContract(IApiHost host) : ApiContract(host)
{
    private readonly IApiHost _host = host;

    [Fact]
    public async Task Whoever_follows_sees_every_event_of_an_order_as_it_happens()
    {
        await using var live = await LiveReader.Open(_host);
        Assert.Equal("text/event-stream", live.ContentHeaders.ContentType?.MediaType);
        var hello = await live.Next();
        Assert.Equal(("hello", "begin"), (hello.Name, (string)hello.Data!["reason"]!));
        var order = await CreateFulfilled();
        var seen = await live.Until(block => IsEnd(block, order.Id));
        Assert.Equal(seen.Select(block => block.Position).Order().Distinct(), seen.Select(block => block.Position));
        await ExpectStory(order.Id, seen);
    }

    [Fact]
    public async Task Whoever_comes_back_is_given_what_he_missed_and_then_what_is_new()
    {
        var first = await CreateFulfilled();
        var before = (await Api.Get($"/v1/orders/{first.Id}/events")).Json["items"]![0]!["position"]!.GetValue<long>() - 1;
        await using var live = await LiveReader.Open(_host, "/v1/live", ("Last-Event-ID", $"{before}"));
        var hello = await live.Next();
        Assert.Equal((before, "resume"), (hello.Position, (string)hello.Data!["reason"]!));
        var second = await CreateFulfilled();
        var seen = await live.Until(block => IsEnd(block, second.Id));
        await ExpectStory(first.Id, seen);
        await ExpectStory(second.Id, seen);
    }

    [Fact]
    public async Task A_place_that_the_log_has_not_reached_is_said_and_the_stream_goes_on_at_the_end()
    {
        await using var live = await LiveReader.Open(_host, "/v1/live", ("Last-Event-ID", $"{long.MaxValue}"));
        var reset = await live.Next();
        Assert.Equal(("reset", "not-reached", long.MaxValue), (reset.Name, (string)reset.Data!["reason"]!, (long)reset.Data["from"]!));
        var draft = await CreateDraft();
        await live.Until(block => block.Stream == $"order-{draft.Id}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("yesterday")]
    [InlineData("99999999999999999999")]
    public async Task An_id_that_no_stream_gave_is_refused(string id) =>
        (await Api.Get("/v1/live", ("Last-Event-ID", id))).ExpectError("/Last-Event-ID", "invalid-header");

    private static bool IsEnd(LiveBlock block, string orderId) =>
        block.Stream == $"fulfilment-{orderId}" && (string)block.Data!["type"]! == "fulfilment-completed.v1";

    // All of the story but what came after its end.
    private async Task ExpectStory(string orderId, List<LiveBlock> seen)
    {
        var story = (await Api.Get($"/v1/orders/{orderId}/timeline")).Expect(200).Json["items"]!.AsArray();
        var end = story.Single(entry => (string)entry!["type"]! == "fulfilment-completed.v1")!["position"]!.GetValue<long>();
        var wanted = story.Where(entry => (long)entry!["position"]! <= end).Select(entry => Of(entry!, (string)entry!["stream"]!));
        Assert.Subset(seen.Where(block => block.Name == "").Select(block => Of(block.Data!, block.Stream)).ToHashSet(), wanted.ToHashSet());
    }

    private static (long Position, string Stream, long Version, string Type) Of(JsonNode entry, string stream) =>
        ((long)entry["position"]!, stream, (long)entry["version"]!, (string)entry["type"]!);
}
