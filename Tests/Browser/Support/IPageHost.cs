using OrleansOrders.Cli.Seed;

namespace OrleansOrders.Tests.Browser.Support;

/// <summary>A server with one order of every fate, and a browser to look at it.</summary>
internal interface IPageHost
{
    Uri Url { get; }

    /// <summary>Which edition it says it is; pictures are kept under this name.</summary>
    string Edition { get; }

    PageBrowser Browser { get; }

    IReadOnlyDictionary<Fate, string> Orders { get; }
}
