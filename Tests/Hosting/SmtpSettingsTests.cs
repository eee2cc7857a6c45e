using OrleansOrders.Engine.Providers.Smtp;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Hosting;

public sealed class SmtpSettingsTests
{
    [Fact]
    public void Without_a_host_there_is_no_mail() => Assert.Null(Read("ORDERS_SMTP_FROM=shop@example.com"));

    [Theory]
    [InlineData("", SmtpSecurity.StartTls, 587)]
    [InlineData("ORDERS_SMTP_TLS=starttls", SmtpSecurity.StartTls, 587)]
    [InlineData("ORDERS_SMTP_TLS=TLS", SmtpSecurity.Tls, 465)]
    [InlineData("ORDERS_SMTP_TLS=none", SmtpSecurity.None, 25)]
    [InlineData("ORDERS_SMTP_TLS=none ORDERS_SMTP_PORT=2525", SmtpSecurity.None, 2525)]
    public void The_port_follows_from_the_encryption_unless_it_is_named(string given, SmtpSecurity security, int port)
    {
        var options = Read($"ORDERS_SMTP_HOST=mail.example.com ORDERS_SMTP_FROM=shop@example.com {given}")!;
        Assert.Equal(("mail.example.com", port, security), (options.Host, options.Port, options.Security));
    }

    [Fact]
    public void The_password_stands_in_a_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Below("password"), "pass word\n");
        var options = Read($"ORDERS_SMTP_HOST=m ORDERS_SMTP_FROM=a@b ORDERS_SMTP_USER=shop ORDERS_SMTP_PASSWORD_FILE={folder.Below("password")}")!;
        Assert.Equal(("shop", "pass word"), (options.User, options.Password));
    }

    [Theory]
    [InlineData("", "ORDERS_SMTP_FROM")]
    [InlineData("ORDERS_SMTP_FROM=shop", "ORDERS_SMTP_FROM")]
    [InlineData("ORDERS_SMTP_FROM=<shop@example.com>", "ORDERS_SMTP_FROM")]
    [InlineData("ORDERS_SMTP_FROM=a@b ORDERS_SMTP_PORT=0", "ORDERS_SMTP_PORT")]
    [InlineData("ORDERS_SMTP_FROM=a@b ORDERS_SMTP_PORT=smtp", "ORDERS_SMTP_PORT")]
    [InlineData("ORDERS_SMTP_FROM=a@b ORDERS_SMTP_TLS=yes", "ORDERS_SMTP_TLS")]
    [InlineData("ORDERS_SMTP_FROM=a@b ORDERS_SMTP_USER=shop", "ORDERS_SMTP_PASSWORD")]
    [InlineData("ORDERS_SMTP_FROM=a@b ORDERS_SMTP_USER=shop ORDERS_SMTP_PASSWORD_FILE=/nowhere", "ORDERS_SMTP_PASSWORD_FILE")]
    [InlineData("ORDERS_SMTP_FROM=a@b ORDERS_SMTP_USER=shop ORDERS_SMTP_TLS=none", "ORDERS_SMTP_USER")]
    public void A_wrong_setting_is_refused_by_name(string given, string named)
    {
        var failure = Assert.Throws<Failure>(() => Read($"ORDERS_SMTP_HOST=m {given}"));
        Assert.Equal(ExitCodes.BadInput, failure.ExitCode);
        Assert.StartsWith(named, failure.Message, StringComparison.Ordinal);
    }

    private static SmtpOptions? Read(string given)
    {
        var variables = given.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);
        return SmtpSettings.Read(name => variables.GetValueOrDefault(name));
    }
}
