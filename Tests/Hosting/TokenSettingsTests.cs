using Microsoft.Extensions.Logging.Abstractions;
using OrleansOrders.Cli.Client;
using OrleansOrders.Hosting;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Hosting;

public sealed class TokenSettingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> variables = new()
    {
        [TokenSettings.Issuer] = "https://issuer.example/", [TokenSettings.Audience] = "orders",
    };

    private string Keys => folder.Below("keys.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_an_issuer_no_tokens_are_taken() => Assert.Null(TokenSettings.Read(_ => null));

    [Fact]
    public void The_keys_are_read_from_the_file()
    {
        File.WriteAllText(Keys, TokenMaker.Set(TokenMaker.RsaKey("r1", TokenMaker.Rsa)));
        variables[TokenSettings.Keys] = Keys;
        variables[TokenSettings.TenantClaim] = "org";
        var settings = Read();
        Assert.Equal(("https://issuer.example/", "orders", "org", "scope"), (settings.Rules.Issuer, settings.Rules.Audience, settings.Rules.TenantClaim, settings.Rules.ScopeClaim));
        Assert.NotNull(settings.Rules.Keys.Find("r1", TokenKeys.Rsa));
    }

    [Fact]
    public async Task A_changed_file_is_taken_up_and_a_broken_one_changes_nothing()
    {
        File.WriteAllText(Keys, TokenMaker.Set(TokenMaker.RsaKey("old", TokenMaker.Rsa)));
        variables[TokenSettings.Keys] = Keys;
        var settings = Read();
        await using var watch = new FileWatch(
            "keys", settings.Fetch, settings.Take, TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance);
        File.WriteAllText(Keys, TokenMaker.Set(TokenMaker.RsaKey("new", TokenMaker.Rsa)));
        await watch.Look(default);
        Assert.Null(settings.Rules.Keys.Find("old", TokenKeys.Rsa));
        foreach (var broken in (string[])["", "[", """{"keys":[]}"""])
        {
            File.WriteAllText(Keys, broken);
            await watch.Look(default);
            Assert.NotNull(settings.Rules.Keys.Find("new", TokenKeys.Rsa));
        }
        File.Delete(Keys);
        await watch.Look(default);
        Assert.NotNull(settings.Rules.Keys.Find("new", TokenKeys.Rsa));
    }

    [Theory]
    [InlineData(TokenSettings.Audience, "")]
    [InlineData(TokenSettings.Keys, "")]
    [InlineData(TokenSettings.Keys, "http://issuer.example/keys")]
    [InlineData(TokenSettings.Keys, "no-such-file.json")]
    public void A_setting_that_is_missing_or_wrong_is_named(string name, string value)
    {
        variables[TokenSettings.Keys] = "https://issuer.example/keys";
        Assert.True(Read().IsRemote);
        variables[name] = value;
        var failure = Assert.Throws<Failure>(Read);
        Assert.Equal(ExitCodes.BadInput, failure.ExitCode);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_open_the_door_to_other_addresses_as_keys_do()
    {
        Assert.Throws<Failure>(() => ListenAddresses.Parse("http://0.0.0.0:8080", hasKeys: false));
        Assert.Single(ListenAddresses.Parse("http://0.0.0.0:8080", hasKeys: true));
    }

    [Fact]
    public void Verbs_show_the_key_that_the_environment_or_its_file_names()
    {
        Assert.Null(OwnCredential.Read(_ => null));
        Assert.Equal("Bearer orders_1", OwnCredential.Read(name => name == OwnCredential.Variable ? "orders_1" : null)!.ToString());
        File.WriteAllText(Keys, "orders_2\n");
        Assert.Equal("Bearer orders_2", OwnCredential.Read(name => name == OwnCredential.FileVariable ? Keys : null)!.ToString());
        Assert.Throws<Failure>(() => OwnCredential.Read(name => name == OwnCredential.FileVariable ? folder.Below("none") : null));
        Assert.Throws<Failure>(() => OwnCredential.Read(name => name == OwnCredential.Variable ? "two words" : null));
    }

    private TokenSettings Read() => TokenSettings.Read(name => variables.GetValueOrDefault(name))!;
}
