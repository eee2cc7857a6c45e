using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Http.Page;

/// <summary>The page over HTTP: open to all, closed in itself, and kept by browsers for as long as it is the same.</summary>
public sealed partial class PageRouteTests : IAsyncLifetime
{
    private ApiServer _server = null!;
    private ApiClient _api = null!;

    public async Task InitializeAsync()
    {
        var key = new ApiKey("north", ApiKeySecret.Hash("north"), "north", new HashSet<string> { Scopes.OrdersRead, Scopes.OpsRead }) { Holder = "nora" };
        _server = await ApiServer.Start(new KnowsNothing(), new OneProjection("sales", "live"), new ApiOptions
        {
            Keys = new KeyRing([key]), Edition = "cluster", Environment = "staging", Silos = () => 3,
        });
        _api = new ApiClient(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_page_and_all_of_its_files_need_no_credential_and_run_nothing_else()
    {
        var start = (await _api.Get("/")).Expect(200);
        Assert.Equal(("text/html", "no-cache"), (start.MediaType, start.Header("Cache-Control")));
        var files = Address().Matches(start.Text).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains(files, file => file.EndsWith("/app.js", StringComparison.Ordinal));
        foreach (var file in files.Append("/"))
        {
            var answer = (await _api.Get(file)).Expect(200);
            var policy = answer.Header("Content-Security-Policy")!;
            foreach (var rule in new[] { "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'" })
                Assert.Contains(rule, policy.Split("; "));
            Assert.Equal(("nosniff", "no-referrer"), (answer.Header("X-Content-Type-Options"), answer.Header("Referrer-Policy")));
        }
    }

    [Fact]
    public async Task A_file_is_kept_for_good_and_asked_for_again_only_under_another_name()
    {
        var path = $"/page/{PageFiles.Instance.Version}/app.js";
        var first = (await _api.Get(path)).Expect(200);
        Assert.Equal("public, max-age=31536000, immutable", first.Header("Cache-Control"));
        Assert.Empty((await _api.Get(path, ("If-None-Match", first.ETag!))).Expect(304).Text);
        Assert.Equal("no-cache", (await _api.Get("/page/older/app.js")).Expect(200).Header("Cache-Control"));
        (await _api.Get($"/page/{PageFiles.Instance.Version}/nothing.js")).ExpectProblem(404, "route-not-found");
        (await _api.Get($"/page/{PageFiles.Instance.Version}/index.html")).ExpectProblem(404, "route-not-found");
        (await _api.Get($"/page/{PageFiles.Instance.Version}/../../etc/passwd")).ExpectProblem(404, "route-not-found");
    }

    [Fact]
    public async Task Whoever_takes_gzip_gets_it()
    {
        using var http = new HttpClient { BaseAddress = _server.BaseAddress };
        http.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");
        using var response = await http.GetAsync($"/page/{PageFiles.Instance.Version}/app.js");
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        await using var gzip = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        Assert.Equal(Encoding.UTF8.GetString(PageFiles.Instance.Find("app.js")!.Bytes), await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task The_page_learns_what_server_it_is_on_and_what_its_key_may_do()
    {
        (await _api.Get("/v1/environment")).ExpectProblem(401, "unauthenticated");
        var said = (await _api.Get("/v1/environment", ("Authorization", "Bearer north"))).Expect(200).Json;
        Assert.Equal(("cluster", "staging", "north", "nora", 3), (
            (string)said["edition"]!, (string)said["environment"]!, (string)said["tenant"]!, (string)said["actor"]!, (int)said["silos"]!));
        Assert.Equal(["orders:read", "ops:read"], said["scopes"]!.AsArray().Select(scope => (string)scope!));
    }

    [GeneratedRegex("(?:src|href)=\"(/[^\"]+)\"")]
    private static partial Regex Address();
}
