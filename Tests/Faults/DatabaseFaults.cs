using System.Runtime.CompilerServices;
using Npgsql;
using OrleansOrders.Tests.Support;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Faults;

/// <summary>What may happen to PostgreSQL, or between it and the process.</summary>
public sealed class DatabaseFaults(ITestOutputHelper output) : FaultTest(output)
{
    private static readonly TimeSpan PoolHeld = TimeSpan.FromSeconds(15);

    [Fault("a backend of PostgreSQL is killed")]
    public Task A_killed_backend_loses_nothing() => Do(async (shop, shoppers) =>
    {
        for (var kill = 0; kill < 3; kill++)
        {
            // The one that wrote last; PostgreSQL then throws everybody out and recovers.
            OwnPostgres.Signal(await shop.Postgres.Query<int>("""
                select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query like '%append_batch%'
                order by state_change desc limit 1
                """), "KILL");
            await shop.Postgres.AwaitAnswer();
            await shoppers.Continue(20);
        }
    });

    [Fault("PostgreSQL is stopped at once")]
    public Task A_server_that_is_stopped_at_once_loses_nothing() => Do((shop, shoppers) => Strike(shop, shoppers, "QUIT"));

    [Fault("PostgreSQL's postmaster is killed")]
    public Task A_killed_postmaster_loses_nothing() => Do((shop, shoppers) => Strike(shop, shoppers, "KILL"));

    [Fault("the connection is cut just before COMMIT")]
    public Task A_connection_cut_before_its_commit_loses_nothing() => CutConnections(CommitProxy.Cut.BeforeCommit);

    [Fault("the connection is cut just after COMMIT")]
    public Task A_connection_cut_after_its_commit_doubles_nothing() => CutConnections(CommitProxy.Cut.AfterCommit);

    [Fault("the log is locked for 30 s")]
    public Task A_lock_held_for_30_s_loses_nothing() => Do(
        (shop, _) => shop.Postgres.Query<object>("begin; select position from log for update; select pg_sleep(30); rollback; select 1"));

    [Fault("every connection of PostgreSQL is taken")]
    public Task A_server_without_a_free_connection_loses_nothing() => Do(async (shop, _) =>
    {
        var taken = new List<NpgsqlConnection>();
        try
        {
            await TakeAll(shop, taken);
            await Task.Delay(PoolHeld);
        }
        finally
        {
            foreach (var connection in taken)
                await connection.DisposeAsync();
        }
    });

    [Fault("the process's own connections are used up")]
    public Task A_pool_that_is_used_up_loses_nothing() => Do(async (shop, _) =>
    {
        var looking = Enumerable.Range(0, 150).Select(_ => Look(shop)).ToList();
        await shop.Postgres.Query<object>("begin; lock table streams, order_details in access exclusive mode; select pg_sleep(15); rollback; select 1");
        await Task.WhenAll(looking);
    });

    private Task Do(Func<StandaloneShop, Shoppers, Task> fault, [CallerMemberName] string test = "") =>
        Run(() => StandaloneShop.Open(), fault, test: test);

    private async Task CutConnections(CommitProxy.Cut when, [CallerMemberName] string test = "")
    {
        CommitProxy? proxy = null;
        try
        {
            await Run(
                () => StandaloneShop.Open(through: address => (proxy = new CommitProxy(address)).ConnectionString),
                async (_, shoppers) =>
                {
                    proxy!.CutEvery(ofCommits: 5, when);
                    await shoppers.Continue(100);
                    Assert.True(proxy.Cuts >= 5, $"only {proxy.Cuts} connections were cut");
                    proxy.LetThrough();
                    Output.WriteLine($"{proxy.Cuts} connections were cut.");
                },
                test: test);
        }
        finally
        {
            if (proxy is not null)
                await proxy.DisposeAsync();
        }
    }

    private static async Task Strike(StandaloneShop shop, Shoppers shoppers, string signal)
    {
        for (var strike = 0; strike < 2; strike++)
        {
            var postmaster = shop.Postgres.Postmaster;
            OwnPostgres.Signal(postmaster, signal);
            await Eventually.True(() => !Shell.Run($"kill -0 {postmaster}").Succeeded);
            await shop.Postgres.Restart();
            await shoppers.Continue(20);
        }
    }

    /// <summary>Throws the process out and takes its places, until it has none left.</summary>
    private static async Task TakeAll(StandaloneShop shop, List<NpgsqlConnection> taken)
    {
        await using var first = new NpgsqlConnection($"{shop.ConnectionString};Pooling=false;Application Name=tester");
        await first.OpenAsync();
        await Eventually.True(async () =>
        {
            await using var others = new NpgsqlCommand(
                "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and application_name <> 'tester'", first);
            var thrownOut = 0;
            await using (var reader = await others.ExecuteReaderAsync())
                while (await reader.ReadAsync())
                    thrownOut++;
            while (await TryTake(shop, taken))
                continue;
            return thrownOut == 0;
        });
    }

    private static async Task<bool> TryTake(StandaloneShop shop, List<NpgsqlConnection> taken)
    {
        var connection = new NpgsqlConnection($"{shop.ConnectionString};Pooling=false;Application Name=tester");
        try
        {
            await connection.OpenAsync();
            taken.Add(connection);
            return true;
        }
        catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            await connection.DisposeAsync();
            return false;
        }
    }

    private static async Task Look(StandaloneShop shop)
    {
        using var sender = new Sender(shop.Address, new ClientHistory());
        await sender.Read(Tenants.Red, "/v1/orders/nowhere", "order-nowhere", 0);
    }
}
