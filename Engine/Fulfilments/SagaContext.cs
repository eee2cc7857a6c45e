using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Fulfilments;

/// <summary>
/// One order's saga at one version: the identity of every command that it sends. Ids follow from the order, the saga's
/// version and the purpose, so a step that is performed again after a crash sends the same commands.
/// </summary>
/// <param name="Version">Of the saga, when the action was chosen.</param>
/// <param name="Cause">The saga's event that asked for the action.</param>
internal sealed record SagaContext(
    string Tenant, string OrderId, long Version, Guid CorrelationId, Guid Cause, string? TraceParent)
{
    private const string Actor = OwnActors.Fulfilment;

    public CommandContext For(params ReadOnlySpan<string> purpose) => Named(Ids.Derive(
        ["saga", Tenant, OrderId, Version.ToString(System.Globalization.CultureInfo.InvariantCulture), .. purpose]));

    /// <summary>For what is done once in an order's life, whatever the saga's version.</summary>
    public CommandContext Once(string purpose) => Named(Ids.Derive("once", Tenant, OrderId, purpose));

    private CommandContext Named(Guid commandId) => new(Tenant, commandId, Actor, CorrelationId)
    {
        CausationId = Cause,
        TraceParent = EngineTelemetry.Continue(TraceParent),
    };
}

/// <summary>How an action ended.</summary>
internal abstract record StepResult
{
    public static readonly StepResult Completed = new Done();

    public static StepResult Final(CommandOutcome.Refused refused) => new Failed(refused.Code, refused.Detail, false);

    public sealed record Done : StepResult;

    /// <param name="Transient">Whether another attempt may succeed.</param>
    public sealed record Failed(string Code, string Detail, bool Transient) : StepResult;
}
