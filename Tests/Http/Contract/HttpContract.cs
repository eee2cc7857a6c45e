using System.Text;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>What holds for every route: addresses, methods, media types, headers, health, the description.</summary>
public abstract class HttpContract(IApiHost host) : ApiContract(host)
{
    [Theory]
    [InlineData("/nothing")]
    [InlineData("/v1")]
    [InlineData("/v2/orders")]
    [InlineData("/v1/orders/x/nothing")]
    [InlineData("/v1/customers/x/orders")]
    [InlineData("/openapi/v9.json")]
    public async Task An_address_that_does_not_exist_is_a_problem_too(string path) => (await Api.Get(path)).ExpectProblem(404, "route-not-found");

    [Theory]
    [InlineData("PATCH", "/v1/orders")]
    [InlineData("DELETE", "/v1/orders/x")]
    [InlineData("GET", "/v1/orders/x/cancel")]
    [InlineData("POST", "/v1/reports/sales")]
    [InlineData("GET", "/v1/customers/x")]
    [InlineData("POST", "/health/live")]
    public async Task A_method_that_an_address_does_not_take_is_a_problem_that_names_the_others(string method, string path)
    {
        var answer = (await Api.Send(new HttpMethod(method), path, "{}", "key")).ExpectProblem(405, "method-not-allowed");
        Assert.NotEmpty(answer.ContentHeaders.Allow);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task A_body_that_is_not_called_json_is_not_taken(string? mediaType)
    {
        using var request = Post("{}"u8.ToArray());
        if (mediaType is not null)
            request.Content!.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        (await Api.Send(request)).ExpectProblem(415, "unsupported-media-type");
    }

    [Fact]
    public async Task A_body_with_a_content_encoding_is_not_taken()
    {
        using var request = Post("{}"u8.ToArray());
        request.Content!.Headers.ContentType = new("application/json");
        request.Content.Headers.ContentEncoding.Add("gzip");
        (await Api.Send(request)).ExpectProblem(415, "unsupported-media-type");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON; charset=\"UTF-8\"")]
    public async Task Json_by_any_of_its_names_is_taken(string mediaType)
    {
        using var request = Post(Encoding.UTF8.GetBytes(With(Order(), "place", false).ToJsonString()));
        request.Content!.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        (await Api.Send(request)).Expect(201);
    }

    [Fact]
    public async Task A_command_without_its_body_is_a_problem()
    {
        (await Api.Post("/v1/orders")).ExpectProblem(400, "body-required");
        using var request = Post([]);
        request.Content!.Headers.ContentType = new("application/json");
        (await Api.Send(request)).ExpectProblem(400, "body-required");
    }

    [Fact]
    public async Task The_process_is_alive_and_ready()
    {
        Assert.Equal("live", (await Api.Get("/health/live")).Expect(200).State);
        Assert.Equal("ready", (await Api.GetUntil("/health/ready", answer => answer.Status == 200)).State);
        Assert.Equal("started", (await Api.Get("/health/startup")).Expect(200).State);
    }

    [Fact]
    public async Task A_problem_names_the_trace_that_the_caller_began()
    {
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var answer = await Api.Get("/v1/orders/none", ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        Assert.Equal((trace, "/v1/orders/none"), ((string)answer.Json["traceId"]!, (string)answer.Json["instance"]!));
    }

    [Fact]
    public async Task A_commands_events_carry_the_trace_and_the_actor()
    {
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var body = With(Order(), "place", false);
        var created = (await Api.Post("/v1/orders", body, null, ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"))).Expect(201);
        var metadata = (await Api.Get($"/v1/orders/{created.Id}/events")).Json["items"]![0]!["metadata"]!;
        Assert.Equal(Guid.Parse(trace), (Guid)metadata["correlationId"]!);
        Assert.Contains(trace, (string)metadata["traceparent"]!, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty((string?)metadata["actor"]));
    }

    [Fact]
    public async Task Replies_are_not_to_be_guessed_at_or_kept()
    {
        var created = await CreateDraft();
        Assert.Equal(("nosniff", "no-store"), (created.Header("X-Content-Type-Options"), created.Header("Cache-Control")));
        Assert.Null(created.Header("Server"));
        var missing = await Api.Get("/nothing");
        Assert.Equal(("nosniff", "no-store"), (missing.Header("X-Content-Type-Options"), missing.Header("Cache-Control")));
    }

    private static HttpRequestMessage Post(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders") { Content = new ByteArrayContent(body) };
        request.Headers.Add("Idempotency-Key", ApiClient.NewKey());
        return request;
    }
}
