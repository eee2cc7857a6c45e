using System.Globalization;
using System.Runtime.CompilerServices;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Faults;

/// <summary>What may happen to the standalone edition's process, and to what it reads.</summary>
public sealed class ProcessFaults(ITestOutputHelper output) : FaultTest(output)
{
    private const int Killed = 128 + 9;
    private const string MemoryGroups = "/sys/fs/cgroup/memory";

    [Fault("the process is killed before an append")]
    public Task A_process_killed_before_an_append_loses_nothing() => KillAt("append/before#150");

    [Fault("the process is killed with an append on its way")]
    public Task A_process_killed_with_an_append_on_its_way_loses_nothing() => KillAt("append/sent#150");

    [Fault("the process is killed after a commit, before anybody knows")]
    public Task A_process_killed_after_a_commit_doubles_nothing() => KillAt("append/committed#150");

    [Fault("the process is killed when the reply is on its way")]
    public Task A_process_killed_with_a_reply_on_its_way_doubles_nothing() => KillAt("append/answered#150");

    [Fault("the process is killed while it writes a snapshot")]
    public Task A_process_killed_while_it_writes_a_snapshot_folds_right_afterwards() => Run(
        () => StandaloneShop.Open(environment: (CrashPoint.Variable, "snapshot/sent")), async (shop, shoppers) =>
        {
            // A stream that is long enough for one; the load's own get there later.
            using var sender = new Sender(shop.Address, shoppers.History);
            for (var number = 0; number < 200 && !shop.Server.HasExited; number++)
            {
                var received = await sender.Send(new Order(
                    Tenants.Red, $"many-{number}", $"/v1/stock/{Shopper.Sku(Tenants.Red, 0)}/receipts", $"stock-{Shopper.Sku(Tenants.Red, 0)}", new { quantity = 1 }));
                if (received.Outcome == Outcome.Unknown)
                    break;
            }
            Assert.Equal(Killed, await shop.Server.WaitForExit());
            await shop.Restart();
        });

    [Fault("memory runs out under a cgroup's limit", Need.MemoryLimit)]
    public async Task A_process_that_runs_out_of_memory_loses_nothing()
    {
        var group = $"{MemoryGroups}/orders-test-{Environment.ProcessId}";
        Shell.Must($"mkdir {group}");
        try
        {
            await Run(() => StandaloneShop.Open(), async (shop, shoppers) =>
            {
                var server = shop.Server.Id;
                Shell.Must($"echo 1 > {group}/memory.move_charge_at_immigrate; echo {server} > {group}/cgroup.procs");
                // What it has, without what the kernel could take from it.
                var used = long.Parse(Shell.Must($"awk '/^total_rss /{{print $2}}' {group}/memory.stat"), CultureInfo.InvariantCulture);
                Shell.Must($"echo {used * 9 / 10} > {group}/memory.limit_in_bytes || echo {used + (8 << 20)} > {group}/memory.limit_in_bytes");
                await Eventually.True(() => shop.Server.HasExited, TimeSpan.FromSeconds(60));
                Assert.Equal(Killed, await shop.Server.WaitForExit());
                await shop.Restart();
            });
        }
        finally
        {
            await Eventually.True(() => Shell.Run($"rmdir {group}").Succeeded);
        }
    }

    [Fault("the clocks of two processes are wrong by 5 minutes, one each way")]
    public Task Clocks_that_are_wrong_by_5_minutes_decide_nothing() => Run(
        () => StandaloneShop.Open(environment: (WrongClock.Variable, "300")), async (shop, shoppers) =>
        {
            await using var late = shop.Start((WrongClock.Variable, "-300"));
            var ahead = shop.Address.Url;
            shop.Address.Url = (await late.WaitForReady()).GetProperty("url").GetString()!;
            await shoppers.Continue(60);
            shop.Address.Url = ahead;
            await shoppers.Continue(60);
            await late.Kill();
        });

    private Task KillAt(string boundary, [CallerMemberName] string test = "") => Run(
        () => StandaloneShop.Open(environment: (CrashPoint.Variable, boundary)), async (shop, _) =>
        {
            // The load takes it there; whether it is there already is a matter of luck.
            await Eventually.True(() => shop.Server.HasExited, TimeSpan.FromSeconds(60));
            Assert.Equal(Killed, await shop.Server.WaitForExit());
            await shop.Restart();
        }, before: 0, test);
}
