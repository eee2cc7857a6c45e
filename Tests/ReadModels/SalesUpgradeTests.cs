using OrleansOrders.EventStore;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

public sealed class SalesUpgradeTests
{
    [Fact]
    public async Task Sales_of_the_shape_without_shards_are_dropped_and_filled_again_from_the_log()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        await new RandomHistory(readModels.Log, 5).Append(300);
        await readModels.ProjectAll();
        var end = await readModels.Log.ReadEnd(default);
        // As the former program left it.
        await readModels.Database.Execute("""
            drop table sales;
            create table sales (
                tenant text collate "C" not null, day date not null, sku text collate "C" not null, country text collate "C" not null,
                currency text collate "C" not null, orders bigint not null, quantity bigint not null, gross bigint not null,
                position bigint not null, constraint sales_key primary key (tenant, day, sku, country, currency));
            insert into sales values ('north', '2010-12-01', 'tea', 'DE', 'EUR', 7, 7, 7, 7);
            update schema_migrations set checksum = 'former' where name = 'sales.sql';
            delete from schema_migrations where name = 'drop_sales_without_shard.sql';
            """);

        var ran = await Migrator.Apply(readModels.Database.DataSource, [ReadModelsSchema.Migrations]);
        Assert.Equal(["read-models/drop_sales_without_shard.sql", "read-models/sales.sql"], ran);
        Assert.Null(await RoleFence.Raise(readModels.Database.DataSource, false, default)); // as every migration ends
        Assert.Equal(0, await readModels.Database.Query<long>("select position from projections where name = 'sales'"));
        Assert.Equal(end, await readModels.Database.Query<long>("select position from projections where name = 'order_details'"));
        await readModels.Start();
        await ReadModelsUnderTest.Until(
            async () => await readModels.Database.Query<long>("select position from projections where name = 'sales'") == end, "sales are filled");

        await TableRows.AssertEqualToFold(readModels, "sales");
        Assert.Empty(await Migrator.Apply(readModels.Database.DataSource, [ReadModelsSchema.Migrations]));
    }

    [Fact]
    public async Task Shards_follow_the_orders_and_reports_add_them_up()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        var history = new SmallHistory(readModels.Log);
        for (var i = 0; i < 40; i++)
            await history.Place($"o{i}", SmallHistory.Start);
        await readModels.ProjectAll();

        Assert.True(await readModels.Database.Query<long>("select count(distinct shard) from sales") > 4);
        var report = await readModels.Models.ReportSales(SmallHistory.Tenant, null, null, OrleansOrders.Domain.Ports.SalesGrouping.Sku, default);
        Assert.Equal(("tea", 40L, 80L, 20_000L), (report.Rows.Single().Key, report.Rows[0].Orders, report.Rows[0].Quantity, report.Rows[0].Gross));
        Assert.Equal(40, report.Totals.Single().Orders);
    }
}
