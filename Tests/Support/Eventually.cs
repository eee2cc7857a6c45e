using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace OrleansOrders.Tests.Support;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <param name="patience">30 s by default, far beyond what anything takes that is not broken.</param>
    public static async Task True(
        Func<Task<bool>> condition, TimeSpan? patience = null, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < (patience ?? Patience), $"Not reached in {patience ?? Patience}: {what}");
            await Task.Delay(Interval);
        }
    }

    /// <param name="patience">30 s by default, far beyond what anything takes that is not broken.</param>
    public static Task True(
        Func<bool> condition, TimeSpan? patience = null, [CallerArgumentExpression(nameof(condition))] string? what = null) =>
        True(() => Task.FromResult(condition()), patience, what);
}
