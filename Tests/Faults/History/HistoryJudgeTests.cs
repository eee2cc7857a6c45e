namespace OrleansOrders.Tests.Faults;

/// <summary>
/// The checker of histories, checked: of a run that holds, one row is dropped, doubled, moved or altered, in what the clients
/// recorded, in the log or among the receipts, and it must say so. The database's own rows are altered in
/// <see cref="Verify.VerificationTests"/>.
/// </summary>
public sealed class HistoryJudgeTests(RecordedRun run) : IClassFixture<RecordedRun>
{
    public static TheoryData<string> Names => [.. HistoryTampering.Cases.Keys];

    [Fact]
    public void A_run_in_which_nothing_went_wrong_holds() => Assert.Empty(run.Findings);

    [Fact]
    public void It_holds_what_the_cases_are_about()
    {
        var sendings = run.History.Invocations;
        Assert.Equal(0, run.History.Count().Unknown);
        Assert.All(Tenants.All, tenant => Assert.Contains(sendings, sending => sending.Tenant == tenant));
        Assert.All(
            [Outcome.Done, Outcome.Refused, Outcome.KeyReused],
            outcome => Assert.Contains(sendings, sending => sending.Outcome == outcome));
        Assert.Contains(sendings, sending => sending is { Outcome: Outcome.Done, IsReplayed: true });
        Assert.Contains(run.History.Readings, reading => reading.Version > 1);
        Assert.InRange(sendings.Count / (double)sendings.DistinctBy(sending => (sending.Tenant, sending.Key)).Count(), 1.1, 1.5);
    }

    [Theory, MemberData(nameof(Names))]
    public void An_altered_history_is_noticed(string what)
    {
        var (invariant, alter) = HistoryTampering.Cases[what];
        var history = new TamperedHistory(run.History, run.Evidence);
        alter(history);
        var findings = HistoryJudge.Judge(history.Invocations, history.Readings, new Evidence(history.Events, history.Receipts), Tenants.All);
        Assert.Contains(findings, finding => finding.Invariant == invariant);
    }

    [Fact]
    public void What_nobody_knows_the_outcome_of_may_be_done_or_not()
    {
        var history = new TamperedHistory(run.History, run.Evidence);
        var done = history.First(one => one is { Outcome: Outcome.Done, IsReplayed: false });
        history.Replace(done, done with { Outcome = Outcome.Unknown, Version = 0, Position = 0, Reply = "" });
        history.Invocations.Add(done with { Key = "never-arrived", CommandId = Guid.Empty, Outcome = Outcome.Unknown, Version = 0, Position = 0, Reply = "" });
        Assert.Empty(HistoryJudge.Judge(history.Invocations, history.Readings, run.Evidence, Tenants.All));
    }
}
