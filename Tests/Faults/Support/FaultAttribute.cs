using System.Reflection;

namespace OrleansOrders.Tests.Faults;

/// <summary>What a fault needs that not every machine gives.</summary>
public enum Need
{
    Nothing,

    /// <summary>The right to mount a file system in memory.</summary>
    Mounts,

    /// <summary>The right to make network namespaces, and the tool <c>ip</c>.</summary>
    NetworkNamespaces,

    /// <summary>The right to make a cgroup that limits memory.</summary>
    MemoryLimit,

    /// <summary>A loop device, and the right to make a cgroup that slows its writes down.</summary>
    SlowDisk,

    /// <summary>The programs of an earlier release, in the folder that <c>ORDERS_TEST_EARLIER_RELEASE</c> names.</summary>
    EarlierRelease,
}

/// <summary>
/// A fault run: real processes under load, something goes wrong, and everything that is left is judged. Has a line on
/// <c>docs/faults.md</c>. Where the machine lacks what it needs it is skipped, and reported as not run.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FaultAttribute : FactAttribute
{
    /// <param name="name">As on the page.</param>
    public FaultAttribute(string name, Need need = Need.Nothing)
    {
        Name = name;
        if (FaultNeeds.WhyMissing(need) is { } why)
            Skip = $"not run: {why}";
    }

    public string Name { get; }

    /// <summary>The faults whose tests are in an assembly.</summary>
    public static IReadOnlyList<FaultAttribute> In(Assembly assembly) =>
        [.. assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(method => method.GetCustomAttribute<FaultAttribute>()).OfType<FaultAttribute>()];
}

/// <summary>Finds out, once, what this machine gives: by doing it and undoing it.</summary>
internal static class FaultNeeds
{
    public const string EarlierReleaseVariable = "ORDERS_TEST_EARLIER_RELEASE";

    private static readonly Dictionary<Need, Lazy<string?>> Missing = new()
    {
        [Need.Nothing] = new(() => null),
        [Need.Mounts] = new(() => Try("d=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs $d && umount $d && rmdir $d")
            ? null : "nothing can be mounted here"),
        [Need.NetworkNamespaces] = new(() => Try("ip netns add orders-probe-$$ && ip netns delete orders-probe-$$")
            ? null : "no network namespaces can be made here"),
        [Need.MemoryLimit] = new(() => Try("d=/sys/fs/cgroup/memory/orders-probe-$$; mkdir $d && echo 1000000000 > $d/memory.limit_in_bytes; r=$?; rmdir $d; exit $r")
            ? null : "no cgroup (version 1) that limits memory can be made here"),
        [Need.SlowDisk] = new(() => Try(
            "d=/sys/fs/cgroup/blkio/orders-probe-$$; mkdir $d && test -f $d/blkio.throttle.write_iops_device; r=$?; rmdir $d; "
            + "[ $r = 0 ] && losetup -f >/dev/null && command -v mkfs.ext4 >/dev/null")
            ? null : "neither a device-mapper delay nor a throttled loop device can be made here"),
        [Need.EarlierRelease] = new(() => EarlierRelease is not null ? null : "no earlier release is given"),
    };

    /// <summary>The folder with the earlier release's programs; null when none is given.</summary>
    public static string? EarlierRelease => Environment.GetEnvironmentVariable(EarlierReleaseVariable) is { Length: > 0 } given ? given : null;

    /// <summary>Null when nothing is missing.</summary>
    public static string? WhyMissing(Need need) => Missing[need].Value;

    private static bool Try(string script)
    {
        try
        {
            return Shell.Run(script).Succeeded;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
