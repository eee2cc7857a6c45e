using OrleansOrders.Cli.Doctor;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Http;
using OrleansOrders.Tests.ReadModels.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Doctor;

/// <summary>Each mistake in the environment and its files, made once: doctor names it and what to do.</summary>
public sealed class SettingChecksTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> set = [];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ORDERS_POSTGRESS", "Did you mean ORDERS_POSTGRES?")]
    [InlineData("ORDERS_KEY_FILE", null)]
    [InlineData("orders_port", "Did you mean ORDERS_PORT?")]
    [InlineData("ORDERS_MAKE_COFFEE", "Unset it")]
    [InlineData("PATH", null)]
    public void A_variable_that_nobody_reads_is_named(string variable, string? fix)
    {
        var found = Assert.Single(SettingChecks.Names([variable]));
        Assert.Equal((fix is null ? Health.Ok : Health.Warn, true), (found.Health, fix is null || found.Fix!.StartsWith(fix, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_secret_that_is_given_twice_or_cannot_be_read_is_named()
    {
        Is(Health.Ok, "can be read", Checks.Secrets());

        set["ORDERS_POSTGRES"] = "Host=db";
        set["ORDERS_POSTGRES_FILE"] = Write("postgres", "Host=db");
        Is(Health.Fail, "both set", Checks.Secrets());

        set.Remove("ORDERS_POSTGRES");
        Is(Health.Ok, "can be read", Checks.Secrets());
        File.SetUnixFileMode(set["ORDERS_POSTGRES_FILE"], Owner | UnixFileMode.OtherRead);
        Is(Health.Warn, "can be read by others", Checks.Secrets());

        set["ORDERS_POSTGRES_FILE"] = folder.Below("nowhere");
        Is(Health.Fail, "cannot be read", Checks.Secrets());
        set["ORDERS_POSTGRES_FILE"] = Write("empty", "");
        Is(Health.Fail, "empty file", Checks.Secrets());
    }

    [Fact]
    public void An_api_that_is_open_to_all_is_named()
    {
        Is(Health.Ok, "this machine only", Checks.Keys());
        set["ORDERS_URLS"] = "http://0.0.0.0:8080";
        Is(Health.Fail, "there are no keys", Checks.Keys());
    }

    [Fact]
    public void Keys_that_admit_nobody_or_soon_nobody_are_named()
    {
        set[KeysFile.Variable] = folder.Below("keys.json");
        Is(Health.Fail, "none of the 1 keys", Keys(revoked: Now.AddDays(-1)));
        Is(Health.Fail, "none of the 1 keys", Keys(expires: Now));
        Is(Health.Warn, "expires on 2026-03-08", Keys(expires: Now.AddDays(7)));
        Is(Health.Warn, "ops:act", Keys(scopes: [Scopes.OrdersRead]));
        Is(Health.Ok, "1 active", Keys(expires: Now.AddDays(300)));

        File.SetUnixFileMode(set[KeysFile.Variable], Owner | UnixFileMode.OtherRead);
        Is(Health.Warn, "read or changed by others", Checks.Keys());
        File.WriteAllText(set[KeysFile.Variable], "{}");
        Assert.Contains("keys.json", Assert.Throws<Failure>(() => Checks.Keys()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ORDERS_JWT_ISSUER", "https://login.example.org", "tokens")]
    [InlineData("ORDERS_REFUND_LIMITS", "lots", "refund limits")]
    [InlineData("ORDERS_RATE_PER_KEY", "many", "call limits")]
    [InlineData("ORDERS_SMTP_HOST", "mail.example.org", "mail")]
    public void A_value_that_a_start_refuses_is_named(string variable, string value, string name)
    {
        Is(Health.Ok, "as a start takes them", Checks.Values());
        set[variable] = value;
        Assert.Equal(name, Is(Health.Fail, "ORDERS_", Checks.Values()).Name);
    }

    [Fact]
    public void A_master_key_that_is_none_or_lies_open_or_would_be_one_of_many_is_named()
    {
        Is(Health.Ok, "the first start makes it", Checks.MasterKeyFile(folder.Path, isPrivate: true));
        Is(Health.Warn, "on this machine only", Checks.MasterKeyFile(folder.Path, isPrivate: false));
        MasterKeySetting.ReadOrMake(folder.Below("master.key"));
        Is(Health.Ok, "master.key", Checks.MasterKeyFile(folder.Path, isPrivate: false));

        set[MasterKeySetting.Variable] = Write("mine", "not a key");
        Is(Health.Fail, "is not a master key", Checks.MasterKeyFile(folder.Path, isPrivate: true));
        File.SetUnixFileMode(folder.Below("master.key"), Owner | UnixFileMode.OtherRead);
        set.Clear();
        Is(Health.Warn, "by others", Checks.MasterKeyFile(folder.Path, isPrivate: true));
    }

    private SettingChecks Checks => new(name => set.GetValueOrDefault(name), new ShownTime(Now));

    private static Finding Is(Health health, string detail, params IEnumerable<Finding> found)
    {
        var only = Assert.Single(found);
        Assert.Equal((health, health != Health.Ok), (only.Health, only.Fix is not null));
        Assert.Contains(detail, only.Detail, StringComparison.Ordinal);
        return only;
    }

    private Finding Keys(DateTimeOffset? expires = null, DateTimeOffset? revoked = null, string[]? scopes = null)
    {
        var key = new ApiKey("k1", ApiKeySecret.Hash(ApiKeySecret.Create()), "default", (scopes ?? [.. Scopes.All]).ToHashSet())
        {
            Holder = "ada", CreatedAt = Now.AddDays(-10), ExpiresAt = expires, RevokedAt = revoked,
        };
        File.WriteAllBytes(set[KeysFile.Variable], ApiKeyText.Write([key]));
        File.SetUnixFileMode(set[KeysFile.Variable], Owner);
        return Checks.Keys();
    }

    private string Write(string name, string content)
    {
        File.WriteAllText(folder.Below(name), content);
        File.SetUnixFileMode(folder.Below(name), Owner);
        return folder.Below(name);
    }
}
