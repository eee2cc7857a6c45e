using OrleansOrders.Cli.Verify;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Verify;

/// <summary>What the database says of the topics is checked against the log once there was a publisher.</summary>
public sealed class PublishedLogTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "update kafka_publisher set position = (select position + 1 from log)", "beyond the log's end" },
        { "update kafka_publisher set epoch = 7", "is not the last one noted" },
        { "update kafka_partitions set last_position = last_position + 1000000", "which cannot be" },
        { "update kafka_partitions set topic = 'orders.nothing'", "which cannot be" },
        { "insert into kafka_waiting values ('default', 'order-x', 2, 5, 4)", "no letter is open" },
        { "insert into kafka_ahead (topic, partition, next_offset, position) values ('orders.order', 3, 9, 123456)", "nobody has accepted" },
    };

    [Fact]
    public async Task A_publisher_that_is_somewhere_in_the_log_is_right()
    {
        await using var database = await Published();
        var report = await Run(database);
        Assert.True(report.Verdict == Verdict.Ok, string.Join("; ", report.First));
        Assert.StartsWith("published up to 20 of ", report.Counts, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_cannot_be_is_noticed(string tampering, string finding)
    {
        await using var database = await Published();
        await database.Execute(tampering);
        var report = await Run(database);
        Assert.Equal(Verdict.Violated, report.Verdict);
        Assert.Contains(report.First, found => found.Contains(finding, StringComparison.Ordinal));
    }

    private async Task<TestDatabase> Published()
    {
        var database = await FilledDatabase.Copy();
        var lease = new PublisherLease(database.DataSource, "a publisher");
        var tenure = await lease.Renew(TimeSpan.FromMinutes(1), CancellationToken.None);
        var type = await database.Query<string>("select split_part(stream_id, '-', 1) from events where position = 20");
        Assert.True(await lease.Keep(
            tenure!.Epoch, new PublisherCheckpoint(20, [new PublishedPart($"orders.{type}", 3, 20)], [], []), CancellationToken.None));
        return database;
    }

    private static async Task<InvariantReport> Run(TestDatabase database) =>
        (await new Verification(database.DataSource, database.ConnectionString, TimeProvider.System).Run(logOnly: true, _ => { }, CancellationToken.None))
        .Invariants.Single(invariant => invariant.Number == 7);
}
