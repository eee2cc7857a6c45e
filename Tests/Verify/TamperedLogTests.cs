namespace OrleansOrders.Tests.Verify;

/// <summary>The log, changed behind the program's back. By itself, because there is much of it and classes run side by side.</summary>
public sealed class TamperedLogTests
{
    public static TheoryData<int, string> Log => VerificationTests.Names(Tampering.OfTheLog);

    [Theory]
    [MemberData(nameof(Log))]
    public Task A_changed_row_of_the_log_is_noticed(int invariant, string what) => VerificationTests.Notices(Tampering.OfTheLog, invariant, what);
}
