namespace OrleansOrders.Tests.Browser.Support;

/// <summary>A test in a real browser; left out, and said so, where there is none.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (PageBrowser.Executable is null)
            Skip = $"NOT RUN: there is no Chromium on the PATH, and {PageBrowser.Variable} names none; nobody looked at the page.";
    }
}
