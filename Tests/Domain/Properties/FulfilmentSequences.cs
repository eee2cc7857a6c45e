using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using Run = OrleansOrders.Tests.Domain.Properties.SequenceRun<
    OrleansOrders.Domain.Fulfilment, OrleansOrders.Domain.FulfilmentState, OrleansOrders.Domain.FulfilmentCommand>;

namespace OrleansOrders.Tests.Domain.Properties;

/// <summary>Fulfilments under random commands, also such that no runner would send: whatever came before, there is a way on.</summary>
public static class FulfilmentSequences
{
    public static void Check(Random chance, List<object> story)
    {
        var run = new Run(story);
        var now = Samples.Noon;
        var length = chance.Next(5, 60);
        for (var i = 0; i < length; i++)
        {
            now += TimeSpan.FromMilliseconds(chance.Pick(0, 1, 150, 5_000, 61_000));
            var command = run.HasEarlier && chance.OneIn(6) ? run.Earlier(chance)
                : chance.OneIn(2) ? Fitting(run.State, chance, now) : Any(chance, now);
            run.Send(command, isRepeatable: true);
            HasAWayOn(run.State, now);
        }
    }

    /// <summary>What the runner is told to do next is something that the saga will take.</summary>
    public static void HasAWayOn(FulfilmentState state, DateTimeOffset now)
    {
        var next = NextAction.After(state, now);
        Assert.Equal(next is NextAction.Rest, NextAction.WakeAt(state) is null);
        switch (next)
        {
            case NextAction.Wake:
                Moves(state, new WakeFulfilment(now));
                break;
            case NextAction.WaitUntil(var due):
                Assert.True(due > now, "It waits for a moment that is over.");
                Assert.Equal(due, NextAction.WakeAt(state));
                Assert.IsNotType<NextAction.WaitUntil>(NextAction.After(state, due));
                break;
            case NextAction.Perform(var step):
                Moves(state, new CompleteStep(step, now));
                Moves(state, new FailStep(step, "busy", "Busy.", true, now));
                break;
            case NextAction.Undo(var step):
                Moves(state, new CompleteCompensationStep(step, now));
                Moves(state, new FailCompensationStep(step, "busy", "Busy.", true, now));
                break;
        }
    }

    private static void Moves(FulfilmentState state, FulfilmentCommand command) => Assert.True(
        Fulfilment.Decide(state, command) is Decision.Accepted { Events.Count: > 0 }, $"{command} does not move a saga that asked for it.");

    private static FulfilmentCommand Fitting(FulfilmentState state, Random chance, DateTimeOffset now) => state switch
    {
        FulfilmentState.Running running => chance.Next(4) switch
        {
            0 => new FailStep(running.Step, "busy", "Busy.", !chance.OneIn(4), now),
            1 => new WakeFulfilment(now),
            _ => new CompleteStep(running.Step, now),
        },
        FulfilmentState.Compensating undoing => chance.OneIn(3)
            ? new FailCompensationStep(undoing.Step, "busy", "Busy.", !chance.OneIn(4), now)
            : new CompleteCompensationStep(undoing.Step, now),
        FulfilmentState.Parked => chance.OneIn(2) ? new RetryFulfilment("ada", "fixed", now) : new SkipCompensationStep("ada", "by hand", now),
        FulfilmentState.NotStarted => FulfilmentSamples.Start with { At = now },
        _ => new Compensate("order-cancelled", "customer", now),
    };

    private static FulfilmentCommand Any(Random chance, DateTimeOffset now)
    {
        var step = chance.Pick(Enum.GetValues<FulfilmentStep>());
        var undo = chance.Pick(Enum.GetValues<CompensationStep>());
        return chance.Next(9) switch
        {
            0 => FulfilmentSamples.Start with { At = now },
            1 => new CompleteStep(step, now),
            2 => new FailStep(step, "busy", "Busy.", chance.OneIn(2), now),
            3 => new WakeFulfilment(now),
            4 => new Compensate("order-cancelled", "customer", now),
            5 => new CompleteCompensationStep(undo, now),
            6 => new FailCompensationStep(undo, "busy", "Busy.", chance.OneIn(2), now),
            7 => new RetryFulfilment("ada", "fixed", now),
            _ => new SkipCompensationStep("ada", "by hand", now),
        };
    }
}
