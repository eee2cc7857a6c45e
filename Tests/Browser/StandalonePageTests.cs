using OrleansOrders.Tests.Browser.Support;

namespace OrleansOrders.Tests.Browser;

/// <summary>The standalone edition's page.</summary>
[Collection(StandalonePage.Name)]
public sealed class StandalonePageTests(StandalonePageHost host) : PageContract
{
    private protected override IPageHost Host => host;
}
