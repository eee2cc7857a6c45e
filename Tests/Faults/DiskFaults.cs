using System.Runtime.CompilerServices;
using OrleansOrders.Tests.Support;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Faults;

/// <summary>Disks that are full or slow: file systems in memory, or in a file, that hold one PostgreSQL each.</summary>
public sealed class DiskFaults(ITestOutputHelper output) : FaultTest(output)
{
    [Fault("the data disk is full", Need.Mounts)]
    public Task A_full_data_disk_refuses_until_there_is_room_and_loses_nothing() => Fill("data", async (shop, shoppers) =>
    {
        await Eventually.True(() => shoppers.History.Invocations.Count(one => one.Outcome == Outcome.Unknown) > 0, TimeSpan.FromSeconds(60));
        await Task.Delay(TimeSpan.FromSeconds(5));
    });

    [Fault("the WAL disk is full", Need.Mounts)]
    public Task A_full_WAL_disk_stops_the_server_until_there_is_room_and_loses_nothing() => Fill("wal", async (shop, _) =>
    {
        // PostgreSQL panics, and its recovery needs room as well.
        await Eventually.True(() => shop.Log.Length > 0 || !shop.Postgres.IsRunning, TimeSpan.FromSeconds(60));
        await Task.Delay(TimeSpan.FromSeconds(5));
    });

    [Fault("the disk is slow", Need.SlowDisk)]
    public async Task A_slow_disk_delays_everything_and_loses_nothing()
    {
        using var folder = new TemporaryFolder();
        var group = $"/sys/fs/cgroup/blkio/orders-test-{Environment.ProcessId}";
        var device = "";
        try
        {
            await Run(
                async () =>
                {
                    // Without a journal: its writes are the kernel's own, which no group's limit holds back.
                    device = Shell.Must($"""
                        cd {folder.Path} && mkdir disk && truncate -s 600M image && mkfs.ext4 -q -O ^has_journal image
                        d=$(losetup -f --show image) && mount $d disk && chmod 755 disk && mkdir disk/data && chmod 755 disk/data && echo $d
                        """);
                    var postgres = await OwnPostgres.Start(folder.Below("disk", "data"));
                    return await StandaloneShop.Open(() => Task.FromResult(postgres));
                },
                async (shop, shoppers) =>
                {
                    Shell.Must($"""
                        mkdir {group}; n=$(cat /sys/class/block/$(basename {device})/dev); echo "$n 20" > {group}/blkio.throttle.write_iops_device
                        for p in {shop.Postgres.Postmaster} $(pgrep -P {shop.Postgres.Postmaster}); do echo $p > {group}/cgroup.procs; done
                        """);
                    await shoppers.Continue(100);
                    Shell.Must($"for p in $(cat {group}/cgroup.procs); do echo $p > /sys/fs/cgroup/blkio/cgroup.procs; done");
                });
        }
        finally
        {
            Shell.Run($"umount {folder.Below("disk")}; losetup -d {device}; rmdir {group}");
        }
    }

    /// <summary>Two disks; one of them is filled to its last byte, and emptied again after a while.</summary>
    private async Task Fill(string disk, Func<StandaloneShop, Shoppers, Task> meanwhile, [CallerMemberName] string test = "")
    {
        using var folder = new TemporaryFolder();
        var ballast = disk == "data" ? folder.Below("data", "ballast") : folder.Below("wal", "ballast");
        try
        {
            await Run(() => StandaloneShop.Open(() => StartOnDisks(folder)), async (shop, shoppers) =>
            {
                Shell.Run($"dd if=/dev/zero of={ballast} bs=64k status=none");
                await meanwhile(shop, shoppers);
                File.Delete(ballast);
                if (!shop.Postgres.IsRunning)
                    await shop.Postgres.Restart();
                await shop.Postgres.AwaitAnswer();
            }, test: test);
        }
        finally
        {
            Shell.Run($"umount {folder.Below("wal")}; umount {folder.Below("data")}");
        }
    }

    private static async Task<OwnPostgres> StartOnDisks(TemporaryFolder folder)
    {
        var (data, wal) = (folder.Below("data"), folder.Below("wal"));
        Shell.Must($"mkdir {data} {wal} && mount -t tmpfs -o size=200m,mode=755 tmpfs {data} && mount -t tmpfs -o size=160m,mode=755 tmpfs {wal}");
        var postgres = await OwnPostgres.Start(data);
        await postgres.Stop();
        var log = Path.Combine(postgres.Cluster, "pg_wal");
        Shell.Must($"cp -a {log} {wal}/pg_wal && rm -rf {log} && ln -s {wal}/pg_wal {log}");
        await postgres.Restart();
        return postgres;
    }
}
