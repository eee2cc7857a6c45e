using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.ReadModels;

/// <summary>Lists: changing rows, times, paging, cursors, tenants.</summary>
public sealed class OrderListTests : IAsyncLifetime
{
    private ReadModelsUnderTest _readModels = null!;
    private SmallHistory _history = null!;

    public async Task InitializeAsync()
    {
        _readModels = await ReadModelsUnderTest.Create();
        _history = new SmallHistory(_readModels.Log);
    }

    public Task DisposeAsync() => _readModels.DisposeAsync().AsTask();

    [Fact]
    public async Task Searching_works_where_trigrams_may_not_be_installed()
    {
        await using var bare = await TestDatabase.Create();
        var role = $"role_{Guid.NewGuid():n}";
        await bare.Execute($"create role {role} login; grant create, usage on schema public to {role}; grant all on schema_migrations, schema_versions to {role}");
        try
        {
            var connectionString = new Npgsql.NpgsqlConnectionStringBuilder(bare.ConnectionString) { Options = $"-c role={role}" }.ConnectionString;
            await using (var asRole = Npgsql.NpgsqlDataSource.Create(connectionString))
                await Migrator.Apply(asRole, [EventStoreSchema.Migrations, ReadModelsSchema.Migrations]);
            await using var models = new PostgresReadModels(connectionString, _readModels.Log, TimeProvider.System);
            await _history.Place("a", SmallHistory.Start, lines: [new("T1", 1, 100, "Green tea")]);
            await using (await ProjectionHost.Start(models))
                Assert.True(await models.WaitFor("order_search", await _readModels.Log.ReadEnd(default), ReadModelsUnderTest.Patience, default));

            var page = await models.ListOrders(SmallHistory.Tenant, new OrderQuery(null, null, "een te", null, null, null, 10), default);

            Assert.Single(page.Items);
            Assert.False(await bare.Query<bool>("select exists (select from pg_extension where extname = 'pg_trgm')"));
        }
        finally
        {
            await bare.Execute($"drop owned by {role}; drop role {role}");
        }
    }

    [Fact]
    public async Task A_draft_is_found_by_its_lines_as_they_change_and_after_it_is_placed()
    {
        await _history.Order("a", new CreateOrder("a", "c1", "EUR", "pm_ok", null, null, [new("tea", 1, 100, "leaves")], false, SmallHistory.Start));
        await _readModels.ProjectAll();
        await _history.Order("a", new AddItems([new LineItem("pot", 1, 100, "porcelain")], SmallHistory.Start));
        await _history.Order("a", new RemoveItem("tea", SmallHistory.Start));
        await _readModels.ProjectAll();
        Assert.Empty((await List(new OrderQuery(null, null, "leaves", null, null, null, 5))).Items);
        await _history.Order("a", new PlaceOrder(SmallHistory.Start));
        await _readModels.ProjectAll();
        await _history.Order("a", new ConfirmOrder(SmallHistory.Start));
        await _readModels.ProjectAll();

        var found = Assert.Single((await List(new OrderQuery("c1", "confirmed", "porcelain", null, null, null, 5))).Items);

        Assert.Equal(("a", 1, 100L), (found.Id, found.LineCount, found.Total));
    }

    [Fact]
    public async Task The_largest_order_is_projected_and_found_by_its_last_sku()
    {
        var random = new Random(3);
        string Words() => string.Concat(Enumerable.Range(0, 120).Select(i => i % 6 == 5 ? ' ' : (char)random.Next(0x4E00, 0x9FA0)));
        var lines = Enumerable.Range(0, Limits.LinesPerOrder)
            .Select(i => new LineItem($"{i}-{new string('x', Limits.SkuLength - 5)}", 1, 1, Words())).ToList();
        await _history.Place("huge", SmallHistory.Start, lines: [.. lines]);
        await _readModels.ProjectAll();

        Assert.Equal("huge", Assert.Single((await List(new OrderQuery(null, null, lines[^1].Sku, null, null, null, 5))).Items).Id);
        Assert.Equal(1_000, (await _readModels.Models.FindOrder(SmallHistory.Tenant, "huge", default))!.Lines.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("green")]
    public async Task From_is_included_and_to_is_not(string? text)
    {
        for (var hour = 0; hour < 4; hour++)
            await _history.Place($"o{hour}", SmallHistory.Start.AddHours(hour));
        await _readModels.ProjectAll();

        var page = await List(new OrderQuery(
            null, "placed", text, SmallHistory.Start.AddHours(1), SmallHistory.Start.AddHours(3).ToOffset(TimeSpan.FromHours(2)), null, 10));

        Assert.Equal(["o2", "o1"], page.Items.Select(item => item.Id));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("c1", null, null)]
    [InlineData(null, "placed", null)]
    [InlineData(null, null, "green tea")]
    public async Task Cursors_show_every_row_once_while_rows_are_added(string? customer, string? status, string? text)
    {
        // Several orders share one moment, so that the id must break the tie.
        for (var i = 0; i < 23; i++)
            await _history.Place($"o{i}", SmallHistory.Start.AddMinutes(i / 5));
        await _readModels.ProjectAll();
        var seen = new List<string>();
        string? cursor = null;
        var added = 0;
        do
        {
            var page = await List(new OrderQuery(customer, status, text, null, null, cursor, 4));
            Assert.InRange(page.Items.Count, 1, 4);
            seen.AddRange(page.Items.Select(item => item.Id));
            cursor = page.Next;
            await _history.Place($"new{added++}", SmallHistory.Start.AddDays(1));
            await _readModels.ProjectAll();
        }
        while (cursor is not null);

        Assert.Equal(23, seen.Count);
        Assert.Equal(23, seen.Distinct().Count());
    }

    [Fact]
    public async Task A_cursor_fits_only_the_list_that_gave_it()
    {
        for (var i = 0; i < 3; i++)
            await _history.Place($"o{i}", SmallHistory.Start);
        await _readModels.ProjectAll();
        var query = new OrderQuery("c1", null, null, null, null, null, 1);
        var cursor = (await List(query)).Next!;
        Assert.Single((await List(query with { Cursor = cursor, Limit = 2 })).Items, item => item.Id == "o0");

        await AssertRefused(query with { Cursor = cursor, Customer = "c2" });
        await AssertRefused(query with { Cursor = cursor, Status = "placed" });
        await AssertRefused(query with { Cursor = cursor, Customer = null });
        foreach (var bad in new[] { "", "x", "!!!", cursor[..^8], cursor + "AAAA=", new string('A', 64), new string('A', 5_000), "\0" })
            await AssertRefused(query with { Cursor = bad });
        await Assert.ThrowsAsync<BadCursorException>(() => _readModels.Models.ListOrders("south", query with { Cursor = cursor }, default));
        await Assert.ThrowsAsync<BadCursorException>(() => _readModels.Models.ListFulfilments(SmallHistory.Tenant, null, cursor, 5, default));
    }

    [Fact]
    public async Task Another_tenants_rows_are_never_seen()
    {
        await _history.Place("secret", SmallHistory.Start, tenant: "south");
        await _readModels.ProjectAll();

        Assert.Null(await _readModels.Models.FindOrder(SmallHistory.Tenant, "secret", default));
        Assert.Empty((await List(new OrderQuery(null, null, null, null, null, null, 10))).Items);
        Assert.Empty((await List(new OrderQuery(null, null, "secret", null, null, null, 10))).Items);
        Assert.Empty((await _readModels.Models.ReportSales(SmallHistory.Tenant, null, null, SalesGrouping.Day, default)).Totals);
        Assert.NotNull(await _readModels.Models.FindOrder("south", "secret", default));
    }

    private async Task AssertRefused(OrderQuery query) => await Assert.ThrowsAsync<BadCursorException>(() => List(query));

    private Task<Page<OrderSummary>> List(OrderQuery query) => _readModels.Models.ListOrders(SmallHistory.Tenant, query, default);
}
