using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Providers.Smtp;

/// <summary>
/// Tells customers by mail, a connection for each message. A refusal of the recipient or of the message is final where the
/// server says so; anything else, a wrong password and a refused sender included, may be better later.
/// </summary>
/// <remarks>A break after the message was said leaves open whether it was taken; the repetition has the same Message-ID.</remarks>
public sealed class SmtpNotifier(SmtpOptions options, TimeProvider time) : INotifier
{
    public async Task Notify(CustomerMessage message, CancellationToken cancellation)
    {
        await using var session = await SmtpSession.Open(options, cancellation);
        await Say(session, $"MAIL FROM:<{options.From}>", "the sender", isAboutMessage: false, cancellation);
        await Say(session, $"RCPT TO:<{message.Email}>", "the recipient", isAboutMessage: true, cancellation);
        await Say(session, "DATA", "the message", isAboutMessage: false, cancellation);
        await Say(session, MailText.Write(message, options.From, time.GetUtcNow()), "the message", isAboutMessage: true, cancellation);
    }

    private static async Task Say(SmtpSession session, string line, string about, bool isAboutMessage, CancellationToken cancellation)
    {
        var reply = await session.Send(line, cancellation);
        if (reply.IsGood)
            return;
        var refusal = $"The mail server refused {about}: {reply.Numbers}.";
        throw reply.IsFinal && isAboutMessage ? new MessageRefusedException(refusal) : new SmtpException(refusal);
    }
}
