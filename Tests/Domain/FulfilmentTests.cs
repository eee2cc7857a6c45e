using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using static OrleansOrders.Tests.Domain.Support.FulfilmentSamples;

namespace OrleansOrders.Tests.Domain;

public sealed class FulfilmentTests : AggregateSpec<Fulfilment, FulfilmentState, FulfilmentCommand>
{
    [Fact]
    public void A_fulfilment_starts_with_the_stock_and_a_deadline() => Given()
        .When(Start).Then(Started, new StepStarted(FulfilmentStep.ReserveStock, 1, Noon.AddSeconds(60), Noon));

    [Fact]
    public void The_steps_follow_one_another_to_the_end()
    {
        var fulfilment = GivenCommands(
            Start, new CompleteStep(FulfilmentStep.ReserveStock, Noon), new CompleteStep(FulfilmentStep.AuthorizePayment, Noon),
            new CompleteStep(FulfilmentStep.ConfirmOrder, Noon), new CompleteStep(FulfilmentStep.CreateShipment, Noon));
        var state = fulfilment.When(new CompleteStep(FulfilmentStep.CapturePayment, Noon))
            .Then(new StepCompleted(FulfilmentStep.CapturePayment, Noon), new FulfilmentCompleted(Noon));
        Assert.IsType<FulfilmentState.Completed>(state);
    }

    [Theory]
    [InlineData(FulfilmentStep.ReserveStock, CompensationStep.ReleaseStock)]
    [InlineData(FulfilmentStep.AuthorizePayment, CompensationStep.ReturnMoney)]
    [InlineData(FulfilmentStep.ConfirmOrder, CompensationStep.ReturnMoney)]
    [InlineData(FulfilmentStep.CreateShipment, CompensationStep.CancelShipment)]
    [InlineData(FulfilmentStep.CapturePayment, CompensationStep.CancelShipment)]
    public void A_step_that_fails_for_good_is_undone_with_all_before_it(FulfilmentStep step, CompensationStep first)
    {
        var state = Given(At(step)).When(new FailStep(step, "refused", "No.", false, Later)).Then(
            new StepFailed(step, 1, "refused", "No.", null, Later), new CompensationStarted("refused", "fulfilment", first, Later));
        var undoing = Assert.IsType<FulfilmentState.Compensating>(state);
        Assert.Equal((first, 0, null), (undoing.Step, undoing.Failures, undoing.RetryAt));
        Given(At(step)).When(new Compensate("cancelled", "customer", Later))
            .Then(new CompensationStarted("cancelled", "customer", first, Later));
    }

    [Fact]
    public void Undoing_goes_through_every_step_to_the_order()
    {
        var fulfilment = Given([.. At(FulfilmentStep.CapturePayment)]).When(new Compensate("cancelled", "customer", Later)).Accepted();
        foreach (var step in Enum.GetValues<CompensationStep>())
        {
            Assert.Equal(new NextAction.Undo(step), NextAction.After(fulfilment, Later));
            fulfilment = new GivenHistory(fulfilment).When(new CompleteCompensationStep(step, Later)).Accepted();
        }
        Assert.Equal("cancelled", Assert.IsType<FulfilmentState.Compensated>(fulfilment).Reason);
    }

    [Fact]
    public void A_failure_that_may_pass_is_tried_again_after_a_wait()
    {
        var state = Given(At(FulfilmentStep.ReserveStock)).When(new FailStep(FulfilmentStep.ReserveStock, "busy", "Busy.", true, Later)).Accepted();
        var running = Assert.IsType<FulfilmentState.Running>(state);
        var due = Later + Backoff.After("o1", 1);
        Assert.Equal((1, due), (running.Attempt, running.RetryAt));
        new GivenHistory(running).When(new WakeFulfilment(due.AddTicks(-1))).ChangesNothing();
        new GivenHistory(running).When(new WakeFulfilment(due)).Then(new StepStarted(FulfilmentStep.ReserveStock, 2, Deadline, due));
    }

    [Fact]
    public void The_last_failed_attempt_ends_the_step()
    {
        DomainEvent[] history = [.. At(FulfilmentStep.ReserveStock)];
        for (var attempt = 1; attempt < Limits.StepAttempts; attempt++)
        {
            history =
            [
                .. history, new StepFailed(FulfilmentStep.ReserveStock, attempt, "busy", "Busy.", Noon, Noon),
                new StepStarted(FulfilmentStep.ReserveStock, attempt + 1, Deadline, Noon),
            ];
        }
        Given(history).When(new FailStep(FulfilmentStep.ReserveStock, "busy", "Busy.", true, Later)).Then(
            new StepFailed(FulfilmentStep.ReserveStock, Limits.StepAttempts, "busy", "Busy.", null, Later),
            new CompensationStarted("busy", "fulfilment", CompensationStep.ReleaseStock, Later));
    }

    [Fact]
    public void A_retry_that_would_come_after_the_deadline_is_not_waited_for() => Given(At(FulfilmentStep.ReserveStock))
        .When(new FailStep(FulfilmentStep.ReserveStock, "busy", "Busy.", true, Deadline.AddTicks(-1))).Then(
            new StepFailed(FulfilmentStep.ReserveStock, 1, "busy", "Busy.", null, Deadline.AddTicks(-1)),
            new CompensationStarted("busy", "fulfilment", CompensationStep.ReleaseStock, Deadline.AddTicks(-1)));

    [Fact]
    public void A_deadline_that_passes_ends_the_step() => Given(At(FulfilmentStep.ReserveStock))
        .When(new WakeFulfilment(Deadline)).Then(
            new StepFailed(FulfilmentStep.ReserveStock, 1, "deadline-passed", "The step did not end in time.", null, Deadline),
            new CompensationStarted("deadline-passed", "fulfilment", CompensationStep.ReleaseStock, Deadline));

    [Fact]
    public void A_success_that_comes_while_waiting_for_the_next_attempt_counts() => Given(Histories["waiting"])
        .When(new CompleteStep(FulfilmentStep.AuthorizePayment, Later)).Then(
            new StepCompleted(FulfilmentStep.AuthorizePayment, Later),
            new StepStarted(FulfilmentStep.ConfirmOrder, 1, Later + Limits.StepDeadline, Later));

    [Fact]
    public void A_person_who_retries_a_step_gives_it_a_new_deadline() => Given(Histories["waiting"])
        .When(new RetryFulfilment("ada", "fixed", Later)).Then(
            new FulfilmentResumed("retry", "ada", "fixed", Later),
            new StepStarted(FulfilmentStep.AuthorizePayment, 2, Later + Limits.StepDeadline, Later));

    [Fact]
    public void An_order_cancelled_after_completion_reopens_the_saga()
    {
        var state = Given(Histories["completed"]).When(new Compensate("order-cancelled", "customer", Later))
            .Then(new CompensationStarted("order-cancelled", "customer", CompensationStep.CancelShipment, Later));
        Assert.Equal(new NextAction.Undo(CompensationStep.CancelShipment), NextAction.After(state, Later));
    }

    [Fact]
    public void A_compensation_that_fails_for_good_is_parked_for_operations()
    {
        var state = Given(Histories["undoing"]).When(Commands["undo-refuse"]).Accepted();
        var parked = Assert.IsType<FulfilmentState.Parked>(state);
        Assert.Equal(
            ("payment-declined", CompensationStep.ReturnMoney, "Account closed.", "operations"),
            (parked.Reason, parked.Step, parked.Cause, parked.Owner));
    }

    [Fact]
    public void The_last_failed_attempt_to_undo_parks()
    {
        var failures = Enumerable.Range(1, Limits.CompensationAttempts - 1)
            .Select(attempt => (DomainEvent)new CompensationStepFailed(CompensationStep.ReturnMoney, attempt, "busy", "Busy.", Noon, Noon));
        Given([.. UpToMoneyUndone, .. failures]).When(Commands["undo-fail"]).Then(
            new CompensationStepFailed(CompensationStep.ReturnMoney, Limits.CompensationAttempts, "busy", "Busy.", null, Later),
            new FulfilmentParked(CompensationStep.ReturnMoney, "Busy.", "operations", Later));
    }

    [Fact]
    public void A_failure_reported_twice_counts_once()
    {
        var state = Given(Histories["undoing"]).When(Commands["undo-fail"]).Accepted();
        new GivenHistory(state).When(Commands["undo-fail"]).Refused(Refusals.FulfilmentNotAtStep);
        state = Given(Histories["authorizing"]).When(Commands["fail"]).Accepted();
        new GivenHistory(state).When(Commands["fail"]).Refused(Refusals.FulfilmentNotAtStep);
    }

    [Theory]
    [InlineData("retry", "retry")]
    [InlineData("compensate", "compensate")]
    public void A_parked_step_is_tried_afresh_when_a_person_says_so(string command, string action)
    {
        var state = Given(Histories["parked"]).When(Commands[command]).Accepted();
        var undoing = Assert.IsType<FulfilmentState.Compensating>(state);
        Assert.Equal((CompensationStep.ReturnMoney, 0, null), (undoing.Step, undoing.Failures, undoing.RetryAt));
        var events = ((Decision.Accepted)Fulfilment.Decide(Given(Histories["parked"]).State, Commands[command])).Events;
        Assert.Equal(action, Assert.IsType<FulfilmentResumed>(Assert.Single(events)).Action);
    }

    [Fact]
    public void A_skipped_step_says_so_and_the_next_is_undone()
    {
        var state = Given(Histories["parked"]).When(Commands["skip"]).Then(
            new FulfilmentResumed("skip", "ada", "paid by hand", Later),
            new CompensationStepCompleted(CompensationStep.ReturnMoney, true, Later));
        Assert.Equal(new NextAction.Undo(CompensationStep.ReleaseStock), NextAction.After(state, Later));
    }

    [Fact]
    public void The_end_of_time_is_not_an_error()
    {
        var end = DateTimeOffset.MaxValue;
        var state = GivenCommands(Start with { At = end }, new Compensate("cancelled", "customer", end));
        state.When(new FailCompensationStep(CompensationStep.ReleaseStock, "busy", "Busy.", true, end)).Accepted();
        GivenCommands(Start with { At = end.AddMinutes(-2) })
            .When(new FailStep(FulfilmentStep.ReserveStock, "busy", "Busy.", true, end)).Accepted();
    }
}
