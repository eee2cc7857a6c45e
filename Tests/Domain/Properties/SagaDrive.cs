using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using Run = OrleansOrders.Tests.Domain.Properties.SequenceRun<
    OrleansOrders.Domain.Fulfilment, OrleansOrders.Domain.FulfilmentState, OrleansOrders.Domain.FulfilmentCommand>;

namespace OrleansOrders.Tests.Domain.Properties;

/// <summary>
/// One saga, driven as a runner drives it: it does what <see cref="NextAction"/> says, with success, failure, silence,
/// late duplicates and people by chance, until the saga rests.
/// </summary>
public sealed class SagaDrive
{
    private readonly Random chance;
    private readonly Run run;
    private readonly int failuresInTen;
    private DateTimeOffset now = Samples.Noon;
    private int peopleActs;

    private SagaDrive(Random chance, List<object> story)
    {
        this.chance = chance;
        run = new Run(story);
        failuresInTen = chance.Next(10);
        peopleActs = chance.Next(3);
    }

    public static void Check(Random chance, List<object> story)
    {
        var drive = new SagaDrive(chance, story);
        drive.Send(FulfilmentSamples.Start);
        drive.ToItsRest();
        if (drive.run.State is FulfilmentState.Completed && chance.OneIn(3))
        {
            drive.Send(new Compensate("order-cancelled", "customer", drive.now));
            drive.ToItsRest();
        }
        drive.EndsWell();
    }

    // Five steps and four compensations, each with its attempts, and people who begin some of them again: far below this bound.
    private void ToItsRest()
    {
        for (var actions = 0; actions < 400; actions++)
        {
            FulfilmentSequences.HasAWayOn(run.State, now);
            switch (NextAction.After(run.State, now))
            {
                case NextAction.Rest when run.State is FulfilmentState.Parked && peopleActs-- > 0:
                    Send(chance.OneIn(2) ? new RetryFulfilment("ada", "fixed", now) : new SkipCompensationStep("ada", "by hand", now));
                    break;
                case NextAction.Rest:
                    return;
                case NextAction.WaitUntil(var due):
                    Interfere();
                    now = due > now ? due : now;
                    break;
                case NextAction.Wake:
                    Send(new WakeFulfilment(now));
                    break;
                case NextAction.Perform(var step):
                    Perform(new CompleteStep(step, now), transient => new FailStep(step, "busy", "Busy.", transient, now));
                    break;
                case NextAction.Undo(var step):
                    Perform(new CompleteCompensationStep(step, now), transient => new FailCompensationStep(step, "busy", "Busy.", transient, now));
                    break;
            }
        }
        Assert.Fail("The saga did not come to rest.");
    }

    private void Perform(FulfilmentCommand success, Func<bool, FulfilmentCommand> failure)
    {
        now += TimeSpan.FromMilliseconds(chance.Pick(0, 5, 200, 4_000));
        if (chance.Next(10) >= failuresInTen)
            Send(success with { At = now });
        else if (!chance.OneIn(5))
            Send(failure(!chance.OneIn(6)) with { At = now });
        else
            now += TimeSpan.FromSeconds(chance.Pick(1, 30, 61)); // the runner died and came back
        if (chance.OneIn(4))
            Send(run.Earlier(chance));
    }

    private void Interfere()
    {
        if (peopleActs <= 0 || !chance.OneIn(4))
            return;
        peopleActs--;
        Send(chance.OneIn(2) ? new RetryFulfilment("ada", "now", now) : new Compensate("order-cancelled", "customer", now));
    }

    private void Send(FulfilmentCommand command) => run.Send(command, isRepeatable: true);

    private void EndsWell()
    {
        var done = run.History.OfType<StepCompleted>().Select(completed => completed.Step).ToArray();
        Assert.Equal(Enum.GetValues<FulfilmentStep>().Take(done.Length), done);
        var undone = run.History.OfType<CompensationStepCompleted>().Select(completed => completed.Step).ToArray();
        var first = run.History.OfType<CompensationStarted>().SingleOrDefault()?.First;
        Assert.Equal(first is null ? [] : Enum.GetValues<CompensationStep>().Where(step => step >= first).Take(undone.Length), undone);
        AttemptsAreBounded();
        switch (run.State)
        {
            case FulfilmentState.Completed:
                Assert.Equal(Enum.GetValues<FulfilmentStep>().Length, done.Length);
                Assert.Null(first);
                break;
            case FulfilmentState.Compensated:
                Assert.Equal(CompensationStep.CancelOrder, undone[^1]);
                EverythingStartedIsUndone(undone);
                break;
            default:
                var parked = Assert.IsType<FulfilmentState.Parked>(run.State);
                Assert.Equal(("Busy.", "operations"), (parked.Cause, parked.Owner));
                break;
        }
    }

    private void EverythingStartedIsUndone(CompensationStep[] undone)
    {
        foreach (var step in run.History.OfType<StepStarted>().Select(started => started.Step))
        {
            Assert.Contains(
                step switch
                {
                    FulfilmentStep.ReserveStock => CompensationStep.ReleaseStock,
                    FulfilmentStep.AuthorizePayment or FulfilmentStep.CapturePayment => CompensationStep.ReturnMoney,
                    FulfilmentStep.CreateShipment => CompensationStep.CancelShipment,
                    _ => CompensationStep.CancelOrder,
                },
                undone);
        }
    }

    private void AttemptsAreBounded()
    {
        if (run.History.OfType<FulfilmentResumed>().Any())
            return;
        Assert.All(run.History.OfType<StepStarted>(), started => Assert.InRange(started.Attempt, 1, Limits.StepAttempts));
        Assert.All(
            run.History.OfType<CompensationStepFailed>(), failed => Assert.InRange(failed.Attempt, 1, Limits.CompensationAttempts));
    }
}
