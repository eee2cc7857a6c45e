using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

/// <summary>Read models that are kept from what is published: twice, late, or not at all.</summary>
public sealed class PartitionProjectorTests
{
    private static readonly ReadModelsOptions StandingBy = new()
    {
        StandsBy = true,
        StandbyInterval = TimeSpan.FromMilliseconds(20),
        FirstBackoff = TimeSpan.FromMilliseconds(5),
    };

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Events_that_come_twice_or_late_or_never_give_the_rows_that_the_log_folds_to(int seed)
    {
        await using var readModels = await ReadModelsUnderTest.Create(options: StandingBy);
        await new RandomHistory(readModels.Log, seed).Append(600);
        var random = new Random(seed);
        foreach (var part in await Published.ReadAll(readModels.Log))
        {
            await Bring(readModels, part, Disturb(part.Events, random));
            Assert.InRange(await PositionOf(readModels, part), 1, long.MaxValue);
        }

        // What was lost at the end of a part is found by whoever stands by.
        await readModels.ProjectAll();
        await TableRows.AssertEqualToFold(readModels);
    }

    [Fact]
    public async Task A_gap_is_filled_from_the_log_before_what_comes_after_it()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        await new RandomHistory(readModels.Log, 11).Append(400);
        foreach (var part in await Published.ReadAll(readModels.Log))
            await Bring(readModels, part, [part.Events[^1]]);
        await TableRows.AssertEqualToFold(readModels);
    }

    [Fact]
    public async Task Two_that_keep_the_same_part_do_it_once()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        await new RandomHistory(readModels.Log, 12).Append(400);
        foreach (var part in await Published.ReadAll(readModels.Log))
        {
            PartitionProjector[] both = [Projector(readModels, part), Projector(readModels, part)];
            await Task.WhenAll(both.Select(projector => Task.Run(async () =>
            {
                foreach (var batch in part.Events.Chunk(3))
                    await projector.Apply(batch, CancellationToken.None);
            })));
        }
        await TableRows.AssertEqualToFold(readModels);
    }

    [Fact]
    public async Task What_the_log_does_not_have_is_not_applied()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        await new SmallHistory(readModels.Log).Place("o1", SmallHistory.Start);
        var part = (await Published.ReadAll(readModels.Log)).First(part => part.Projection == "order_details");
        var end = await readModels.Log.ReadEnd(default);
        var last = part.Events[^1];
        var phantom = last with { Recorded = last.Recorded with { Position = end + 1, Version = last.Recorded.Version + 1 }, PreviousPosition = end };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Bring(readModels, part, [.. part.Events, phantom]));
        Assert.Contains($"position {end + 1}", refused.Message, StringComparison.Ordinal);

        await readModels.Database.Execute($"insert into kafka_epochs values (1, 'a', now(), 0), (2, 'b', now(), {end})");
        await new SmallHistory(readModels.Log).Receive("tea"); // the log has such a position now, but it is another event
        await Bring(readModels, part, [.. part.Events, phantom]);
        Assert.Equal(last.Recorded.Position, await PositionOf(readModels, part));
        Assert.Equal(await TableRows.InMemory(readModels.Log, "order_details"), await TableRows.InDatabase(readModels.Database, "order_details"));
    }

    [Fact]
    public async Task A_read_model_in_parts_is_as_far_as_what_is_published_and_in_it()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        var history = new SmallHistory(readModels.Log);
        for (var i = 0; i < 20; i++)
            await history.Place($"o{i}", SmallHistory.Start);
        var end = await readModels.Log.ReadEnd(default);
        var parts = (await Published.ReadAll(readModels.Log)).Where(part => part.Projection == "order_details").ToList();
        await Bring(readModels, parts[0], parts[0].Events);
        Assert.Equal(0, await Position(readModels));

        await readModels.Database.Execute($"update kafka_publisher set position = {end}");
        foreach (var part in parts)
            await readModels.Database.Execute($"insert into kafka_partitions values ('orders.order', {part.Partition}, {part.Events[^1].Recorded.Position})");
        Assert.Equal(0, await Position(readModels));

        foreach (var part in parts.Skip(1))
            await Bring(readModels, part, part.Events);
        Assert.Equal(end, await Position(readModels)); // though most parts have no event there
        await readModels.Database.Execute($"update kafka_publisher set position = {end - 1}");
        Assert.Equal(end - 1, await Position(readModels));
    }

    [Fact]
    public async Task A_read_model_in_parts_is_rebuilt_at_their_own_positions()
    {
        await using var readModels = await ReadModelsUnderTest.Create(options: StandingBy);
        await new RandomHistory(readModels.Log, 13).Append(500);
        var parts = (await Published.ReadAll(readModels.Log)).Where(part => part.Projection == "customer_orders").ToList();
        foreach (var part in parts)
            await Bring(readModels, part, part.Events.Take(part.Events.Count * (part.Partition + 1) / 10).ToList());
        var before = await TableRows.InDatabase(readModels.Database, "customer_orders");
        await readModels.Database.Execute("update customer_orders set total = total + 1 where ctid = (select min(ctid) from customer_orders)");

        var done = await readModels.Models.Rebuild("customer_orders", null, CancellationToken.None);
        Assert.Equal(("switched", 1L), (done!.Phase, done.Differences));
        Assert.Equal(before, await TableRows.InDatabase(readModels.Database, "customer_orders"));
        foreach (var part in parts)
            await Bring(readModels, part, part.Events);
        Assert.Equal(await TableRows.InMemory(readModels.Log, "customer_orders"), await TableRows.InDatabase(readModels.Database, "customer_orders"));
    }

    [Fact]
    public async Task Whoever_keeps_the_whole_goes_on_with_the_parts_where_they_stand()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        var history = new RandomHistory(readModels.Log, 14);
        await history.Append(200);
        await readModels.Start();
        await readModels.CatchUp();
        foreach (var part in await Published.ReadAll(readModels.Log))
            await Bring(readModels, part, part.Events); // nothing new, but from now on there are parts
        await history.Append(300);
        await readModels.CatchUp();
        await TableRows.AssertEqualToFold(readModels);
    }

    private static IReadOnlyList<PublishedEvent> Disturb(IReadOnlyList<PublishedEvent> events, Random random)
    {
        var disturbed = new List<PublishedEvent>();
        for (var i = 0; i < events.Count; i++)
        {
            if (random.Next(10) > 0)
                disturbed.Add(events[i]);
            if (random.Next(12) == 0)
                i = Math.Max(-1, i - random.Next(8)); // a publisher that begins again where it knows that it was
        }
        return disturbed;
    }

    private static async Task Bring(ReadModelsUnderTest readModels, Published part, IReadOnlyList<PublishedEvent> events)
    {
        var projector = Projector(readModels, part);
        foreach (var batch in events.Chunk(7))
            await projector.Apply(batch, CancellationToken.None);
    }

    private static PartitionProjector Projector(ReadModelsUnderTest readModels, Published part) =>
        new(readModels.Models, part.Projection, part.Partition);

    private static async Task<long> PositionOf(ReadModelsUnderTest readModels, Published part)
    {
        await using var command = readModels.Database.DataSource.CreateCommand("select position from projections where name = $1");
        command.Parameters.AddWithValue($"{part.Projection}/{part.Partition}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<long> Position(ReadModelsUnderTest readModels) =>
        (await readModels.Models.ListProjections(default)).Single(status => status.Name == "order_details").Position;
}

/// <summary>The events of one partition, as one projection gets them.</summary>
internal sealed record Published(string Projection, int Partition, IReadOnlyList<PublishedEvent> Events)
{
    /// <summary>Those that have events at all.</summary>
    public static async Task<IReadOnlyList<Published>> ReadAll(IEventStore log)
    {
        var all = await log.ReadLog(0, int.MaxValue, CancellationToken.None);
        return [..
            from projection in ReadModelCatalog.All
            from partition in Enumerable.Range(0, PublishedEvents.Partitions)
            let events = all.Where(recorded => recorded.Stream.Type == projection.StreamType
                && PublishedEvents.PartitionOf(recorded.Stream.StreamId) == partition).ToList()
            where events.Count > 0
            select new Published(projection.Name, partition, [.. events.Select((recorded, index) =>
                new PublishedEvent(recorded, index == 0 ? 0 : events[index - 1].Position, 1))])];
    }
}
