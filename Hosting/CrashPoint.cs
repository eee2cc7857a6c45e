using System.Diagnostics;
using System.Globalization;

namespace OrleansOrders.Hosting;

/// <summary>
/// Lets a test kill this process at a named boundary of a saga or of the store, as a power cut would: no handler runs, nothing
/// is flushed. <c>append/sent#40</c> is the fortieth time there. Without the environment variable there is no such boundary.
/// </summary>
public static class CrashPoint
{
    public const string Variable = "ORDERS_TEST_CRASH_AT";

    public static Action<string>? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } wanted
        ? At(wanted, () => Process.GetCurrentProcess().Kill())
        : null;

    private static Action<string> At(string wanted, Action die)
    {
        var parts = wanted.Split('#');
        var left = parts.Length == 1 ? 1 : int.Parse(parts[1], CultureInfo.InvariantCulture);
        return boundary =>
        {
            if (boundary == parts[0] && Interlocked.Decrement(ref left) == 0)
                die();
        };
    }
}
