using Xunit.Abstractions;

namespace OrleansOrders.Tests.Faults;

public sealed class FaultPageTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_fault_of_the_standalone_edition_has_a_line_on_the_page() => FaultPage.AssertLists(typeof(FaultPageTests).Assembly);

    [Fact, Trait("tier", "faults")]
    public void Faults_that_this_machine_cannot_make_are_named() => FaultReport.WriteNotRun(typeof(FaultPageTests).Assembly, output);
}
