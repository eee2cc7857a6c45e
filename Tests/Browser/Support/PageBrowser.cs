using System.Reflection;
using Microsoft.Playwright;

namespace OrleansOrders.Tests.Browser.Support;

/// <summary>One browser for all tests of a fixture; each test has a window of its own.</summary>
internal sealed class PageBrowser : IAsyncDisposable
{
    public const string Variable = "ORDERS_TEST_BROWSER";

    /// <summary>For what is shown after something else has happened; far beyond what anything takes that is not broken.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private PageBrowser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Null where there is none.</summary>
    public static string? Executable { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Find();

    public static async Task<PageBrowser> Start()
    {
        // The driver is used where the package lies; copied beside every test project it would be 100 MB each time.
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", Assembly.GetExecutingAssembly()
            .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "PlaywrightDriver").Value);
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        var playwright = await Playwright.CreateAsync();
        // Its own sandbox needs rights that build machines do not give; what is looked at here is our own page.
        return new PageBrowser(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = ["--no-sandbox"] }));
    }

    public async Task<PageWindow> Open(Uri url, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = url.ToString(), ViewportSize = new() { Width = 1200, Height = 800 }, DeviceScaleFactor = Pictures.Scale, ColorScheme = scheme, Locale = "en-GB", TimezoneId = "UTC",
        });
        return new PageWindow(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
}
