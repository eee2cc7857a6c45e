using OrleansOrders.Domain;
using Orleans.Serialization.Invocation;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>What is refused of a command before a grain sees it: by the client, so that it need not travel, and by the silo again.</summary>
public static class CommandCheck
{
    /// <summary>Why the call is refused, or null.</summary>
    public static (string Code, string Detail)? FindFault(IInvokable request) =>
        request.GetArgumentCount() > 0 && request.GetArgument(0) is Command command ? FindFault(command) : null;

    private static (string Code, string Detail)? FindFault(Command command) => CommandTexts.Check(command) switch
    {
        CommandTexts.Fault.OutOfShape => (
            CallRefusals.CommandOutOfShape,
            $"{command.GetType().Name}: a text is missing or longer than {Limits.TextLength} characters, or there are more than {Limits.LinesPerOrder} lines."),
        CommandTexts.Fault.CardNumber => (CallRefusals.CardNumber, $"{command.GetType().Name} holds what may be a card's number; such numbers are not taken."),
        _ => null,
    };
}

/// <summary>A client does not send what every silo refuses.</summary>
internal sealed class OutgoingCallFilter : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (CommandCheck.FindFault(context.Request) is not var (code, detail))
            return context.Invoke();
        context.Result = CommandReply.Refuse(code, detail);
        return Task.CompletedTask;
    }
}
