using System.Globalization;
using OrleansOrders.Domain;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Crashes;

/// <summary>What must be so when the load has stopped and everything has come to rest, whatever was killed meanwhile.</summary>
internal static class Judge
{
    public static async Task AssertNothingLost(ClusterProcesses cluster, OrderLoad load)
    {
        await AwaitRest(cluster.Database);
        Assert.NotEmpty(load.Acknowledged);
        var orders = load.Acknowledged.Values.ToHashSet(StringComparer.Ordinal);
        Assert.Equal(load.Acknowledged.Count, orders.Count);
        Assert.Equal(orders.Count, await Count(cluster.Database, $"""
            select count(distinct stream_id) from events
            where type = 'order-placed.v1' and stream_id in ({Quoted(orders.Select(id => $"order-{id}"))})
            """));
        Assert.Equal(0, await Count(cluster.Database, """
            select count(*) from (
                select 1 from events where type = 'payment-captured.v1' group by stream_id having count(*) > 1) twice
            """));
        Assert.Equal(0, await Count(cluster.Database, """
            select count(*) from (
                select 1 from provider_ledger where operation = 'capture' and code is null group by tenant, order_id having count(*) > 1) twice
            """));
        await cluster.AssertVerified();
    }

    // Every order that was placed has a saga, and every saga has ended; the read models have seen it.
    private static Task AwaitRest(TestDatabase database) => Eventually.True(async () =>
        await Count(database, """
            select count(*) from (
                select split_part(stream_id, '-', 2) as order_id from events where type = 'order-placed.v1'
                except
                select split_part(stream_id, '-', 2) from events where type in ('fulfilment-completed.v1', 'fulfilment-compensated.v1')
            ) running
            """) == 0
        && await HaveSeen(database, await End(database)),
        TimeSpan.FromSeconds(120));

    /// <summary>The position of the log's last event.</summary>
    public static Task<long> End(TestDatabase database) => Count(database, "select position from log");

    /// <summary>Whether all read models have seen the log up to the position.</summary>
    public static async Task<bool> HaveSeen(TestDatabase database, long position) => await Count(database, $"""
        select count(*) from read_projection_positions(array[{Quoted(ReadModelCatalog.All.Select(projection => projection.Name))}],
            array[{Quoted(ReadModelCatalog.All.Select(projection => PublishedEvents.TopicOf(projection.StreamType)))}])
        where r_position < {position}
        """) == 0;

    private static Task<long> Count(TestDatabase database, string sql) => database.Query<long>(sql);

    private static string Quoted(IEnumerable<string> values) =>
        string.Join(',', values.Select(value => string.Create(CultureInfo.InvariantCulture, $"'{value}'")));
}
