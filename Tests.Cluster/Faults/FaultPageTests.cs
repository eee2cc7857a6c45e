using OrleansOrders.Tests.Faults;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Cluster.Faults;

public sealed class FaultPageTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_fault_of_the_cluster_edition_has_a_line_on_the_page() => FaultPage.AssertLists(typeof(FaultPageTests).Assembly);

    [Fact, Trait("tier", "faults")]
    public void Faults_that_this_machine_cannot_make_are_named() => FaultReport.WriteNotRun(typeof(FaultPageTests).Assembly, output);
}

/// <summary>As in the other tests: one after the other, and nothing beside them.</summary>
[CollectionDefinition(Tests.Faults.FaultsOneByOne.Name, DisableParallelization = true)]
public sealed class FaultsOneByOne;
