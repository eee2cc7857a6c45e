using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Providers.Smtp;

namespace OrleansOrders.Tests.Engine.Smtp;

public sealed class SmtpNotifierTests
{
    private static readonly CustomerMessage Message = new(
        "default", Guid.Parse("0f8fad5b-d9cb-869f-a165-70867728950e"), "7f3k", "placed", "c-17", "zoe@example.com",
        "We have your order 7f3k", "Hello Zoë Brown,\n\n.\nThank you for your order 7f3k over 15.30 GBP.\n.\n");

    [Fact]
    public async Task A_message_arrives_as_it_was_written()
    {
        await using var server = new SmtpServer();
        await Notifier(server).Notify(Message, default);
        var mail = Assert.Single(server.Taken);
        Assert.Equal(("shop@example.org", "zoe@example.com"), (mail.Sender, mail.Recipient));
        Assert.Equal("<0f8fad5b-d9cb-869f-a165-70867728950e@example.org>", mail.Header("Message-ID"));
        Assert.Equal(("<shop@example.org>", "<zoe@example.com>", Message.Subject), (mail.Header("From"), mail.Header("To"), mail.Header("Subject")));
        Assert.Equal(Message.Text.ReplaceLineEndings("\r\n"), mail.Body);
        Assert.Matches(@"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$", mail.Header("Date"));
        Assert.All(mail.Text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public async Task A_long_text_and_letters_of_every_alphabet_arrive()
    {
        await using var server = new SmtpServer();
        var text = string.Concat(Enumerable.Repeat("Ζωή, 佐藤, 🙂 and a rather long line.\n", 500));
        var subject = "Ihre Bestellung für 佐藤さん 🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂";
        await Notifier(server).Notify(Message with { Subject = subject, Text = text }, default);
        var mail = Assert.Single(server.Taken);
        Assert.Equal(text.ReplaceLineEndings("\r\n"), mail.Body);
        var words = mail.Header("Subject").Split("\n ");
        Assert.All(words, word => Assert.InRange(word.Length, 12, 75));
        Assert.Equal(subject, string.Concat(words.Select(word => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(word["=?utf-8?B?".Length..^2])))));
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task A_password_is_said_after_encryption_only(SmtpSecurity security)
    {
        await using var server = new SmtpServer(withTls: true, encryptedAtOnce: security == SmtpSecurity.Tls);
        var options = Options(server) with { Security = security, User = SmtpServer.User, Password = SmtpServer.Password, AcceptCertificate = (_, _, _, _) => true };
        await new SmtpNotifier(options, TimeProvider.System).Notify(Message, default);
        Assert.Single(server.Taken);
        Assert.True(server.WasEncrypted);
    }

    [Fact]
    public async Task A_server_that_is_not_who_it_says_gets_nothing()
    {
        await using var server = new SmtpServer(withTls: true);
        var strict = Options(server) with { Security = SmtpSecurity.StartTls, User = SmtpServer.User, Password = SmtpServer.Password };
        await Assert.ThrowsAsync<SmtpException>(() => new SmtpNotifier(strict, TimeProvider.System).Notify(Message, default));
        Assert.Empty(server.Taken);
        Assert.False(server.WasEncrypted);
    }

    [Theory]
    [InlineData("STARTTLS is not offered", SmtpSecurity.StartTls, null)]
    [InlineData("a password would go in the clear", SmtpSecurity.None, SmtpServer.User)]
    public async Task Nothing_is_said_in_the_clear_that_should_not_be(string why, SmtpSecurity security, string? user)
    {
        await using var server = new SmtpServer();
        var options = Options(server) with { Security = security, User = user, Password = SmtpServer.Password };
        await Assert.ThrowsAsync<SmtpException>(() => new SmtpNotifier(options, TimeProvider.System).Notify(Message, default));
        Assert.True(server.Taken is [], why);
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 no zoe@example.com here", "the recipient: 550 5.1.1")]
    [InlineData("RCPT", "553 nobody", "the recipient: 553")]
    [InlineData(".", "554 5.7.1 spam for zoe@example.com", "the message: 554 5.7.1")]
    [InlineData(".", "552-too\r\n552 large", "the message: 552")]
    public async Task A_final_refusal_of_recipient_or_message_is_final_and_quotes_nobody(string verb, string answer, string expected)
    {
        await using var server = new SmtpServer { Answer = said => said == verb ? answer : null };
        var refused = await Assert.ThrowsAsync<MessageRefusedException>(() => Notifier(server).Notify(Message, default));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("zoe", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("greeting", "421 4.3.2 not now")]
    [InlineData("greeting", "554 no service")]
    [InlineData("greeting", "HTTP/1.1 400 Bad Request")]
    [InlineData("EHLO", "502 what?")]
    [InlineData("MAIL", "451 4.3.0 busy")]
    [InlineData("MAIL", "550 5.7.1 you may not")]
    [InlineData("RCPT", "450 4.2.1 greylisted")]
    [InlineData("RCPT", "452 4.2.2 full")]
    [InlineData("DATA", "451 4.3.0 busy")]
    [InlineData("DATA", "503 5.5.1 what?")]
    [InlineData(".", "451 4.3.0 busy")]
    [InlineData("greeting", "")]
    [InlineData("MAIL", "")]
    [InlineData("RCPT", "")]
    [InlineData("DATA", "")]
    [InlineData(".", "")]
    public async Task Anything_else_may_be_better_later(string verb, string answer)
    {
        await using var server = new SmtpServer { Answer = said => said == verb ? answer : null };
        await Assert.ThrowsAsync<SmtpException>(() => Notifier(server).Notify(Message, default));
        server.Answer = _ => null;
        var before = server.Taken.Count;
        await Notifier(server).Notify(Message, default);
        Assert.Equal(before + 1, server.Taken.Count);
    }

    [Theory]
    [InlineData("greeting")]
    [InlineData("EHLO")]
    [InlineData("RCPT")]
    [InlineData(".")]
    public async Task A_server_that_does_not_answer_is_given_up(string verb)
    {
        await using var server = new SmtpServer { Answer = said => said == verb ? "hang" : null };
        var quick = Options(server) with { ReplyTimeout = TimeSpan.FromMilliseconds(200) };
        var late = await Assert.ThrowsAsync<SmtpException>(() => new SmtpNotifier(quick, TimeProvider.System).Notify(Message, default));
        Assert.Contains("no answer within 0.2 s", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_our_mistake_and_not_the_messages()
    {
        await using var server = new SmtpServer(withTls: true);
        var options = Options(server) with { Security = SmtpSecurity.StartTls, User = SmtpServer.User, Password = "guess", AcceptCertificate = (_, _, _, _) => true };
        var wrong = await Assert.ThrowsAsync<SmtpException>(() => new SmtpNotifier(options, TimeProvider.System).Notify(Message, default));
        Assert.Contains("535 5.7.8 to AUTH", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_cut_behind_the_message_the_repetition_can_be_known_by_its_id()
    {
        await using var server = new SmtpServer { CutsAfterData = true };
        await Assert.ThrowsAsync<SmtpException>(() => Notifier(server).Notify(Message, default));
        server.CutsAfterData = false;
        await Notifier(server).Notify(Message, default);
        Assert.Equal(2, server.Taken.Count);
        Assert.Single(server.Taken.Select(mail => mail.Header("Message-ID")).Distinct());
    }

    [Fact]
    public async Task Nobody_at_the_port_is_an_outage()
    {
        var server = new SmtpServer();
        var notifier = Notifier(server);
        await server.DisposeAsync();
        await Assert.ThrowsAsync<SmtpException>(() => notifier.Notify(Message, default));
    }

    [Fact]
    public async Task Stopping_is_no_failure_of_the_server()
    {
        await using var server = new SmtpServer { Answer = said => said == "RCPT" ? "hang" : null };
        using var stop = new CancellationTokenSource();
        var sending = Notifier(server).Notify(Message, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static SmtpNotifier Notifier(SmtpServer server) => new(Options(server), TimeProvider.System);

    private static SmtpOptions Options(SmtpServer server) => new("localhost", server.Port, "shop@example.org") { Security = SmtpSecurity.None };
}
