using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Browser.Support;

/// <summary>The pictures in the documentation are taken by the tests that walk the page, when they are told to.</summary>
internal static class Pictures
{
    private const string Variable = "ORDERS_UPDATE_PICTURES";

    /// <summary>Smaller than the window: they are to be looked at in a text, and there are many.</summary>
    public static float Scale => AreTaken ? 0.75f : 1;

    private static bool AreTaken => Environment.GetEnvironmentVariable(Variable) == "1";

    public static async Task Take(PageWindow window, string name)
    {
        if (AreTaken)
            await window.Page.ScreenshotAsync(new() { Path = Repository.PathOf("docs", "pictures", $"{name}.png") });
    }
}
