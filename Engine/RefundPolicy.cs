using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine;

/// <summary>
/// Puts on a refund's command who acts and what the limits are: here, where both editions decide, and not where callers
/// could leave it out.
/// </summary>
public static class RefundPolicy
{
    public static TCommand Apply<TCommand>(TCommand command, CommandContext context, EngineOptions options)
        where TCommand : Command => command is RefundCommand refund ? (TCommand)(Command)Complete(refund, context, options) : command;

    private static RefundCommand Complete(RefundCommand command, CommandContext context, EngineOptions options)
    {
        // What the program gives back by itself, because an order was undone, needs nobody's approval.
        var by = OwnActors.AreUnasked(context.Actor) ? null : context.Actor;
        return command is RequestRefund request ? request with { By = by, Limits = options.RefundLimits } : command with { By = by };
    }
}
