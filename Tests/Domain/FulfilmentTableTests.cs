using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using static OrleansOrders.Tests.Domain.Support.FulfilmentSamples;

namespace OrleansOrders.Tests.Domain;

/// <summary>Every command on every state of a fulfilment.</summary>
public sealed class FulfilmentTableTests : AggregateSpec<Fulfilment, FulfilmentState, FulfilmentCommand>
{
    private const string OtherSteps = "reserving confirming creating";
    private const string Steps = $"{OtherSteps} authorizing waiting capturing";
    private const string Undoing = "undoing undo-waiting undoing-last";
    private const string Rest = "none: !fulfilment-not-found | parked parked-last: !fulfilment-parked | completed compensated: !fulfilment-ended";
    private const string NotParked = "!fulfilment-not-parked";

    private static readonly DecisionTable Table = new($"""
        start         | none: started, step-started | {Steps} {Undoing} parked parked-last completed compensated: =
        complete      | authorizing waiting: step-completed, step-started | {OtherSteps} capturing {Undoing}: !fulfilment-not-at-step | {Rest}
        complete-last | capturing: step-completed, completed | {OtherSteps} authorizing waiting {Undoing}: !fulfilment-not-at-step | {Rest}
        fail          | authorizing: step-failed | {OtherSteps} waiting capturing {Undoing}: !fulfilment-not-at-step | {Rest}
        refuse        | authorizing: step-failed, compensation-started | {OtherSteps} waiting capturing {Undoing}: !fulfilment-not-at-step | {Rest}
        wake-early    | none: !fulfilment-not-found | {Steps} {Undoing} parked parked-last completed compensated: =
        wake-due      | none: !fulfilment-not-found | waiting: step-started | {OtherSteps} authorizing capturing {Undoing} parked parked-last completed compensated: =
        wake-late     | none: !fulfilment-not-found | {Steps}: step-failed, compensation-started | {Undoing} parked parked-last completed compensated: =
        compensate    | none: !fulfilment-not-found | {Steps} completed: compensation-started | {Undoing} compensated: = | parked parked-last: resumed
        undone        | undoing undo-waiting: compensation-step-completed | {Steps} undoing-last: !fulfilment-not-at-step | {Rest}
        undone-last   | undoing-last: compensation-step-completed, compensated | {Steps} undoing undo-waiting: !fulfilment-not-at-step | {Rest}
        undo-fail     | undoing undo-waiting: compensation-step-failed | {Steps} undoing-last: !fulfilment-not-at-step | {Rest}
        undo-refuse   | undoing undo-waiting: compensation-step-failed, parked | {Steps} undoing-last: !fulfilment-not-at-step | {Rest}
        retry         | none: !fulfilment-not-found | waiting: resumed, step-started | undo-waiting parked parked-last: resumed | {OtherSteps} authorizing capturing undoing undoing-last completed compensated: {NotParked}
        skip          | none: !fulfilment-not-found | parked: resumed, compensation-step-completed | parked-last: resumed, compensation-step-completed, compensated | {Steps} {Undoing} completed compensated: {NotParked}
        """);

    public static TheoryData<string, string, string> Cases => Table.Cases();

    [Theory, MemberData(nameof(Cases))]
    public void Command_on_state_is_answered(string command, string state, string outcome)
    {
        var answer = Given(Histories[state]).When(Commands[command]);
        Assert.Equal(outcome, DecisionTable.Describe(Fulfilment.StreamType, answer.Decision));
        if (outcome[0] != '!')
            answer.Accepted();
    }

    [Fact]
    public void The_table_has_every_command_and_every_state()
    {
        Table.IsComplete(Commands.Keys, Histories.Keys);
        DecisionTable.HasEveryKindOf<FulfilmentCommand>(Commands.Values);
        DecisionTable.HasEveryKindOf<FulfilmentState>(Histories.Values.Select(history => Given(history).State));
    }
}
