using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OrleansOrders.Cli.Load;

/// <summary>
/// Sleeps for parts of a millisecond. The platform's own sleeps end at whole ones, which alone would add half a millisecond
/// to every latency; spinning would take a processor away from the server that is measured.
/// </summary>
internal static class PreciseSleep
{
    // Short enough that a sleeper notices soon when it is no longer wanted.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(20);

    /// <summary>Blocks this thread until the moment has come.</summary>
    /// <param name="timestamp">Of <see cref="Stopwatch"/>.</param>
    /// <returns>False when it was cancelled before.</returns>
    public static bool Until(long timestamp, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp);
            if (left <= TimeSpan.Zero)
                return true;
            var nap = new TimeSpec { Nanoseconds = (nint)((left < Longest ? left : Longest).Ticks * TimeSpan.NanosecondsPerTick) };
            // Whether a signal ends it early does not matter: the clock is read again.
            _ = NanoSleep(in nap, 0);
        }
        return false;
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in TimeSpec duration, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
