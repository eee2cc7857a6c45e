using System.Diagnostics;

namespace OrleansOrders.Hosting;

/// <summary>
/// Lets a test kill this process at a named boundary of a saga, as a power cut would: no handler runs, nothing is flushed.
/// Without the environment variable there is no such boundary.
/// </summary>
public static class CrashPoint
{
    public const string Variable = "ORDERS_TEST_CRASH_AT";

    public static Action<string>? FromEnvironment()
    {
        var wanted = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(wanted) ? null : boundary =>
        {
            if (boundary == wanted)
                Process.GetCurrentProcess().Kill();
        };
    }
}
