using OrleansOrders.Tests.Cluster.Support;

namespace OrleansOrders.Tests.Cluster.Hosting;

/// <summary>What Orleans' reminder service asks of its table.</summary>
public sealed class ReminderTests(OrleansProviders providers) : IClassFixture<OrleansProviders>
{
    private readonly string _service = $"{Guid.NewGuid():n}";

    [Fact]
    public async Task A_reminder_is_read_as_it_was_written()
    {
        var table = await providers.Reminders(_service);
        var entry = Entry("tenant/order-1", "wake", TimeSpan.FromDays(40));
        var etag = await table.UpsertRow(entry);
        var read = await table.ReadRow(entry.GrainId, "wake");
        Assert.Equal((entry.GrainId, "wake", entry.StartAt, entry.Period, etag), (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
        Assert.Equal(DateTimeKind.Utc, read.StartAt.Kind);
    }

    [Fact]
    public async Task A_reminder_that_is_not_there_is_read_as_nothing()
    {
        var table = await providers.Reminders(_service);
        Assert.Null(await table.ReadRow(Grain("tenant/none"), "wake"));
        Assert.Empty((await table.ReadRows(Grain("tenant/none"))).Reminders);
        Assert.Empty((await table.ReadRows(0, 0)).Reminders);
    }

    [Fact]
    public async Task A_later_write_replaces_the_earlier_and_has_another_etag()
    {
        var table = await providers.Reminders(_service);
        var entry = Entry("tenant/order-1", "wake", TimeSpan.FromMinutes(1));
        var first = await table.UpsertRow(entry);
        entry.StartAt = entry.StartAt.AddMinutes(5);
        entry.Period = TimeSpan.FromMinutes(2);
        var second = await table.UpsertRow(entry);
        Assert.NotEqual(first, second);
        var read = Assert.Single((await table.ReadRows(entry.GrainId)).Reminders);
        Assert.Equal((entry.StartAt, entry.Period, second), (read.StartAt, read.Period, read.ETag));
    }

    [Fact]
    public async Task A_grain_sees_all_its_reminders_and_nobody_elses()
    {
        var table = await providers.Reminders(_service);
        await table.UpsertRow(Entry("tenant/order-1", "a", TimeSpan.FromMinutes(1)));
        await table.UpsertRow(Entry("tenant/order-1", "b", TimeSpan.FromMinutes(1)));
        await table.UpsertRow(Entry("tenant/order-2", "a", TimeSpan.FromMinutes(1)));
        await (await providers.Reminders($"{_service}-other")).UpsertRow(Entry("tenant/order-1", "c", TimeSpan.FromMinutes(1)));
        Assert.Equal(["a", "b"], (await table.ReadRows(Grain("tenant/order-1"))).Reminders.Select(entry => entry.ReminderName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Only_who_knows_the_etag_removes()
    {
        var table = await providers.Reminders(_service);
        var entry = Entry("tenant/order-1", "wake", TimeSpan.FromMinutes(1));
        var stale = await table.UpsertRow(entry);
        var etag = await table.UpsertRow(entry);
        Assert.False(await table.RemoveRow(entry.GrainId, "wake", stale));
        Assert.NotNull(await table.ReadRow(entry.GrainId, "wake"));
        Assert.True(await table.RemoveRow(entry.GrainId, "wake", etag));
        Assert.False(await table.RemoveRow(entry.GrainId, "wake", etag));
        Assert.Null(await table.ReadRow(entry.GrainId, "wake"));
    }

    [Fact]
    public async Task An_etag_from_before_a_removal_does_not_fit_what_came_after()
    {
        var table = await providers.Reminders(_service);
        var entry = Entry("tenant/order-1", "wake", TimeSpan.FromMinutes(1));
        var first = await table.UpsertRow(entry);
        Assert.True(await table.RemoveRow(entry.GrainId, "wake", first));
        await table.UpsertRow(entry);
        Assert.False(await table.RemoveRow(entry.GrainId, "wake", first));
        Assert.NotNull(await table.ReadRow(entry.GrainId, "wake"));
    }

    [Theory]
    [InlineData(0x1000_0000u, 0x9000_0000u)] // across the middle, where the stored hash turns negative
    [InlineData(0x9000_0000u, 0x1000_0000u)] // across the end of the ring
    [InlineData(0x1000_0000u, 0x7000_0000u)]
    [InlineData(0x8000_0001u, 0xf000_0000u)]
    [InlineData(0x7fff_ffffu, 0x8000_0000u)]
    [InlineData(0u, 0xffff_ffffu)]
    [InlineData(0xffff_ffffu, 0u)]
    [InlineData(0x4242_4242u, 0x4242_4242u)] // the whole ring
    public async Task A_silo_reads_the_reminders_of_its_part_of_the_ring(uint begin, uint end)
    {
        var table = await providers.Reminders(_service);
        var grains = Enumerable.Range(0, 64).Select(i => Grain($"tenant/order-{i}")).ToList();
        foreach (var grain in grains)
            await table.UpsertRow(Entry(grain, "wake", TimeSpan.FromMinutes(1)));
        // The edges: the begin is outside, the end is inside.
        foreach (var grain in grains.Take(2))
            await Covers(table, grains, grain.GetUniformHashCode(), end);
        foreach (var grain in grains.Take(2))
            await Covers(table, grains, begin, grain.GetUniformHashCode());
        await Covers(table, grains, begin, end);
    }

    [Fact]
    public async Task Grains_that_set_the_same_reminder_at_once_leave_one()
    {
        var table = await providers.Reminders(_service);
        var entry = Entry("tenant/order-1", "wake", TimeSpan.FromMinutes(1));
        var etags = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => table.UpsertRow(entry)));
        Assert.Equal(16, etags.Distinct().Count());
        Assert.Contains(Assert.Single((await table.ReadRows(entry.GrainId)).Reminders).ETag, etags);
    }

    [Fact]
    public async Task Clearing_one_service_leaves_the_others()
    {
        var table = await providers.Reminders(_service);
        var other = await providers.Reminders($"{_service}-other");
        await table.UpsertRow(Entry("tenant/order-1", "wake", TimeSpan.FromMinutes(1)));
        await other.UpsertRow(Entry("tenant/order-1", "wake", TimeSpan.FromMinutes(1)));
        await table.TestOnlyClearTable();
        Assert.Empty((await table.ReadRows(0, 0)).Reminders);
        Assert.Single((await other.ReadRows(0, 0)).Reminders);
    }

    private static async Task Covers(IReminderTable table, List<GrainId> grains, uint begin, uint end)
    {
        bool Within(uint hash) => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
        var expected = grains.Where(grain => Within(grain.GetUniformHashCode())).Select(grain => grain.ToString());
        var read = (await table.ReadRows(begin, end)).Reminders.Select(entry => entry.GrainId.ToString());
        Assert.Equal(expected.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    private static GrainId Grain(string key) => GrainId.Create("fulfilment", key);

    private static ReminderEntry Entry(string key, string name, TimeSpan period) => Entry(Grain(key), name, period);

    private static ReminderEntry Entry(GrainId grain, string name, TimeSpan period) =>
        new() { GrainId = grain, ReminderName = name, StartAt = Silos.WholeSecond, Period = period };
}
