using System.Net;
using OrleansOrders.Engine.Webhooks;

namespace OrleansOrders.Tests.Engine.Webhooks;

public sealed class WebhookAddressTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("192.0.2.1")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::10.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:a00:1::1")]
    public void An_address_that_is_not_public_is_not_connected_to(string address) => Assert.False(PublicAddresses.Includes(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001:81b::200e")]
    public void A_public_address_is(string address) => Assert.True(PublicAddresses.Includes(IPAddress.Parse(address)));

    [Fact]
    public async Task Whatever_a_name_leads_to_is_looked_at_when_it_is_connected_to()
    {
        await using var receiver = await Receiver.Open();
        var port = new Uri(receiver.Url).Port;
        Assert.Equal("address-not-allowed", (await Post($"http://127.0.0.1:{port}/", new WebhookOptions())).Error);
        Assert.Equal("address-not-allowed", (await Post($"http://[::ffff:127.0.0.1]:{port}/", new WebhookOptions())).Error);
        Assert.Equal("address-not-allowed", (await Post($"http://2130706433:{port}/", new WebhookOptions())).Error);
        var lookups = 0;
        // Public when somebody looks beforehand, private when it counts.
        var rebinding = new WebhookOptions
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(++lookups > 1 ? "127.0.0.1" : "10.0.0.1")]),
        };
        for (var i = 0; i < 3; i++)
            Assert.Equal("address-not-allowed", (await Post($"http://shop.example.com:{port}/", rebinding)).Error);
        Assert.Equal(3, lookups);
        Assert.Equal("name-not-found", (await Post("http://nobody.invalid/", new WebhookOptions { Resolve = (_, _) => Task.FromResult<IPAddress[]>([]) })).Error);
        Assert.Empty(receiver.Posted);
        var allowed = rebinding with { AllowsPrivateAddresses = true };
        Assert.Equal(200, (await Post($"http://shop.example.com:{port}/", allowed)).StatusCode);
    }

    [Fact]
    public async Task An_answer_that_is_none_and_nobody_who_answers_are_told_apart()
    {
        using var closed = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Assert.Equal("not-connected", (await Post($"http://127.0.0.1:{port}/", HookShop.Options)).Error);
        await using var receiver = await Receiver.Open();
        receiver.Answer = (_, context) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        Assert.Equal("broken-answer", (await Post(receiver.Url, HookShop.Options)).Error);
        Assert.Equal("tls", (await Post(receiver.Url.Replace("http:", "https:", StringComparison.Ordinal), HookShop.Options)).Error);
    }

    [Fact]
    public void Waits_grow_to_eight_hours_and_those_that_failed_together_are_spread()
    {
        var waits = Enumerable.Range(1, 20).Select(attempt => WebhookBackoff.After(Guid.Empty, attempt, null).TotalSeconds).ToArray();
        double[] middles = [5, 15, 45, 135, 405, 1_215, 3_645, 10_935, 28_800, 28_800];
        for (var i = 0; i < middles.Length; i++)
            Assert.InRange(waits[i], middles[i] * 0.8, middles[i] * 1.2);
        Assert.All(waits.Skip(10), wait => Assert.InRange(wait, 28_800 * 0.8, 28_800 * 1.2));
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => WebhookBackoff.After(Guid.NewGuid(), 1, null)).Distinct().Count());
        Assert.Equal(TimeSpan.FromHours(6), WebhookBackoff.After(Guid.Empty, 1, TimeSpan.FromDays(30)));
        Assert.Equal(waits[0], WebhookBackoff.After(Guid.Empty, 1, TimeSpan.FromDays(-1)).TotalSeconds);
        Assert.Equal(waits[19], WebhookBackoff.After(Guid.Empty, 20, TimeSpan.FromHours(1)).TotalSeconds);
    }

    private static async Task<PostResult> Post(string url, WebhookOptions options)
    {
        using var post = new WebhookPost(options with { AttemptTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        return await post.Send(url, "id", [new byte[32]], "{}"u8.ToArray(), default);
    }
}
