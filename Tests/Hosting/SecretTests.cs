using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Hosting;

public sealed class SecretTests : IDisposable
{
    private const string Mark = "hush-hush";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_secret_comes_from_the_environment_or_from_the_file_that_it_names()
    {
        File.WriteAllText(_folder.Below("secret"), "from the file\n");
        Assert.Null(Read());
        Assert.Equal("plain", Read("ORDERS_X=plain"));
        Assert.Equal("from the file", Read($"ORDERS_X_FILE={_folder.Below("secret")}"));
    }

    [Theory]
    [InlineData("ORDERS_X=hush-hush", "ORDERS_X_FILE=/nowhere/secret", "both set")]
    [InlineData("ORDERS_X_FILE=/nowhere/secret", "", "cannot be read")]
    [InlineData("ORDERS_X_FILE=/dev/null", "", "empty")]
    public void What_cannot_be_meant_is_refused_by_name_and_never_shown(string first, string second, string said)
    {
        var refused = Assert.Throws<Failure>(() => Read(first, second));
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
        Assert.Contains("ORDERS_X_FILE", refused.Message, StringComparison.Ordinal);
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Mark, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>At the most verbose level, with everything going wrong that a caller and a network can do.</summary>
    [Fact]
    public async Task A_whole_run_shows_no_secret_to_anybody()
    {
        await using var database = await FencedDatabase.Create();
        var callers = $"{Mark}-caller";
        File.WriteAllText(_folder.Below("keys.json"), $$"""
            [{"id": "shop", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(callers)))}}", "tenant": "default",
              "scopes": ["orders:read", "orders:write", "inventory:write", "ops:read"]}]
            """);
        File.WriteAllText(_folder.Below("smtp"), $"{Mark}-smtp\n");
        var environment = new List<(string, string)>
        {
            ("ORDERS_POSTGRES_FILE", WithPassword("owner", database.Database.ConnectionString)), ("ORDERS_KEYS_FILE", _folder.Below("keys.json")),
            ("ORDERS_SMTP_HOST", "127.0.0.1"), ("ORDERS_SMTP_PORT", "1"), ("ORDERS_SMTP_FROM", "shop@example.com"), ("ORDERS_SMTP_USER", "shop"),
            ("ORDERS_SMTP_PASSWORD_FILE", _folder.Below("smtp")), ("ORDERS_LOG_LEVEL", "trace"), ("ORDERS_DEBUG", "1"),
        };
        foreach (var role in new[] { RoleNames.Writer, RoleNames.Projector, RoleNames.Reader })
        {
            await using var connection = await database.ConnectAsUserOf(role);
            environment.Add(($"{DatabaseLogins.VariableOf(role)}_FILE", WithPassword(role, connection.ConnectionString)));
        }
        var seen = new StringBuilder();
        await using (var server = OrdersProcess.Start(["serve", "--port", "0", "--json"], [.. environment]))
        {
            using var client = new HttpClient { BaseAddress = new Uri((await server.WaitForReady()).GetProperty("url").GetString()!) };
            await Sell(client, callers, seen);
            // Every connection breaks; what comes then fails, and what follows works again.
            await database.Database.Execute($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.Database.Name}' and pid <> pg_backend_pid()");
            await Sell(client, callers, seen);
            seen.Append(await File.ReadAllTextAsync($"/proc/{server.Id}/cmdline"));
            Assert.Equal(ExitCodes.Ok, await server.Terminate());
            seen.AppendJoin('\n', server.Output).AppendJoin('\n', server.Error);
            Assert.True(server.Error.Count > 50, "The log was to be as verbose as it can be.");
        }
        await Fail(seen, ("ORDERS_POSTGRES", $"Host=/nowhere;Username=nobody;Password={Mark}-a;Database=orders;Timeout=2"));
        await Fail(seen, ("ORDERS_POSTGRES", $"Host=/nowhere;Pasword={Mark}-b"));
        await Fail(seen, ("ORDERS_POSTGRES_READER", $"Password={Mark}-c"));
        Assert.DoesNotContain(Mark, seen.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task Sell(HttpClient client, string key, StringBuilder seen)
    {
        foreach (var (method, path, credential, body) in new (HttpMethod, string, string, object?)[]
        {
            (HttpMethod.Post, "/v1/stock/tea/receipts", key, new { quantity = 10 }),
            (HttpMethod.Post, "/v1/orders", key, new { customerId = "ada", currency = "GBP", paymentMethod = "pm_ok", lines = new[] { new { sku = "tea", quantity = 1, unitPrice = 450 } } }),
            (HttpMethod.Post, "/v1/orders", key, new { customerId = "ada", currency = "GBP", paymentMethod = "pm_declined", lines = new[] { new { sku = "tea", quantity = 1, unitPrice = 450 } } }),
            (HttpMethod.Post, "/v1/orders", key, new { customerId = "ada", currency = 7 }),
            (HttpMethod.Get, "/v1/orders?q=tea", key, null), (HttpMethod.Get, "/v1/orders", $"{key}-wrong", null), (HttpMethod.Get, "/v1/nothing", key, null),
            (HttpMethod.Get, "/v1/projections", key, null), (HttpMethod.Get, "/metrics", key, null), (HttpMethod.Get, "/health/ready", "", null),
        })
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {credential}");
            if (method == HttpMethod.Post)
                request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid():n}");
            using var reply = await client.SendAsync(request);
            seen.Append(reply.Headers).Append(await reply.Content.ReadAsStringAsync());
        }
    }

    private static async Task Fail(StringBuilder seen, (string, string) setting)
    {
        await using var orders = OrdersProcess.Start(["migrate"], setting, ("ORDERS_DEBUG", "1"));
        Assert.NotEqual(ExitCodes.Ok, await orders.WaitForExit());
        Assert.NotEmpty(orders.Error);
        seen.AppendJoin('\n', orders.Output).AppendJoin('\n', orders.Error);
    }

    /// <returns>The path of a file with the connection string.</returns>
    private string WithPassword(string name, string connectionString)
    {
        var path = _folder.Below($"{name}.connection");
        File.WriteAllText(path, new NpgsqlConnectionStringBuilder(connectionString) { Password = $"{Mark}-{name}", Options = "", Pooling = true }.ConnectionString);
        return path;
    }

    private static string? Read(params string[] environment) =>
        Secret.Read("ORDERS_X", name => environment.FirstOrDefault(one => one.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..]);
}
