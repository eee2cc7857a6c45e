using System.Net;

namespace OrleansOrders.Tests.Cluster.Support;

/// <summary>Members of clusters, made up.</summary>
internal static class Silos
{
    public static MembershipEntry Entry(int number, SiloStatus status = SiloStatus.Joining, TimeSpan age = default)
    {
        var time = WholeSecond - age;
        return new()
        {
            SiloAddress = Address(number),
            SiloName = $"silo-{number}",
            HostName = "host",
            Status = status,
            ProxyPort = 30_000 + number,
            StartTime = time,
            IAmAliveTime = time,
        };
    }

    public static SiloAddress Address(int number) => SiloAddress.New(IPAddress.Loopback, 11_000, number);

    /// <summary>Now, as exact as votes are stored.</summary>
    public static DateTime WholeSecond
    {
        get
        {
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;
            return new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        }
    }

    /// <summary>Joins on top of whatever is there.</summary>
    public static async Task Join(IMembershipTable table, params MembershipEntry[] entries)
    {
        foreach (var entry in entries)
            Assert.True(await table.InsertRow(entry, (await table.ReadAll()).Version.Next()));
    }

    /// <summary>The one entry with this number, as the table has it.</summary>
    public static async Task<MembershipEntry> Read(IMembershipTable table, int number) =>
        Assert.Single((await table.ReadRow(Address(number))).Members).Item1;
}
