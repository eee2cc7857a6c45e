using System.Text;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Support;

/// <summary>Snapshots as a test sees them: as rows.</summary>
internal static class Snapshots
{
    /// <summary>They are written aside of the commands that made them worth writing.</summary>
    public static Task Await(TestDatabase database, StreamName stream, long version) => Eventually.True(async () =>
        await database.Query<long>($"select count(*) from snapshots where stream_id = '{stream.StreamId}' and version = {version}") == 1);

    /// <summary>Puts another state in the place of the present one, with a checksum that holds.</summary>
    public static async Task Forge(TestDatabase database, IEventStore store, StreamName stream, string state)
    {
        var schema = await database.Query<string>($"select schema from snapshots where stream_id = '{stream.StreamId}'");
        var kept = await store.ReadSnapshot(stream, schema, CancellationToken.None);
        await database.Execute($"delete from snapshots where stream_id = '{stream.StreamId}'");
        await store.WriteSnapshot(stream, kept! with { State = Encoding.UTF8.GetBytes(state) }, CancellationToken.None);
    }
}
