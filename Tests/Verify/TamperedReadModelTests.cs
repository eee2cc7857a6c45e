namespace OrleansOrders.Tests.Verify;

/// <summary>Read models and snapshots, changed behind the program's back; by itself as <see cref="TamperedLogTests"/>.</summary>
public sealed class TamperedReadModelTests
{
    public static TheoryData<int, string> ReadModels => VerificationTests.Names(Tampering.OfReadModels);

    [Theory]
    [MemberData(nameof(ReadModels))]
    public Task A_changed_read_model_or_snapshot_is_noticed(int invariant, string what) =>
        VerificationTests.Notices(Tampering.OfReadModels, invariant, what);
}
