using Microsoft.Playwright;

namespace OrleansOrders.Tests.Browser.Support;

/// <summary>A window on the page, which remembers what went wrong in it.</summary>
internal sealed class PageWindow(IBrowserContext context, IPage page) : IAsyncDisposable
{
    // What a browser says of every answer that is an error, and of a connection that breaks.
    private const string ExpectedMessage = "Failed to load resource";

    private readonly List<string> _complaints = [];

    public IPage Page => page;

    /// <summary>Scripts that failed, messages of the policy, dialogs that somebody's text opened.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>Goes to an address behind the #.</summary>
    public async Task Go(string route = "")
    {
        if (page.Url == "about:blank")
            Listen();
        await page.GotoAsync($"/#/{route}");
    }

    public Task Heading(string text) => Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(text);

    public Task Sees(string text) => Assertions.Expect(page.Locator("main")).ToContainTextAsync(text);

    public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private void Listen()
    {
        page.PageError += (_, error) => _complaints.Add(error);
        page.Dialog += (_, dialog) =>
        {
            _complaints.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !message.Text.StartsWith(ExpectedMessage, StringComparison.Ordinal))
                _complaints.Add(message.Text);
        };
    }
}
