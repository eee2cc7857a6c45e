using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

public sealed class KeyUpgradeTests
{
    private const string KeysOfRows = """
        select string_agg(attname, ',' order by position) from pg_constraint, unnest(conkey) with ordinality k(attnum, position)
        join pg_attribute a on a.attnum = k.attnum where a.attrelid = conrelid and contype = 'p' and conrelid = 'stock_levels'::regclass
        """;

    [Fact]
    public async Task Tables_whose_keys_begin_with_the_tenant_get_the_new_key_and_keep_their_rows()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        await new SmallHistory(readModels.Log).Receive("tea");
        await readModels.ProjectAll();
        // As the former program left it.
        await readModels.Database.Execute("""
            alter table stock_levels drop constraint stock_levels_key, add constraint stock_levels_key primary key (tenant, sku);
            delete from schema_migrations where name = 'order_keys_by_id.sql';
            """);
        Assert.Equal("tenant,sku", await readModels.Database.Query<string>(KeysOfRows));

        Assert.Equal(["read-models/order_keys_by_id.sql"], await Migrator.Apply(readModels.Database.DataSource, [ReadModelsSchema.Migrations]));

        Assert.Equal("sku,tenant", await readModels.Database.Query<string>(KeysOfRows));
        Assert.Equal(1, await readModels.Database.Query<long>("select count(*) from stock_levels"));
    }

    [Fact]
    public async Task A_board_without_minutes_gets_them_and_finds_what_is_due()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        // As the former program left it, with a fulfilment that sleeps.
        await readModels.Database.Execute("""
            drop index fulfilment_board_by_wake_minute;
            alter table fulfilment_board drop column wake_minute;
            create index fulfilment_board_by_wake on fulfilment_board (wake_at) where wake_at is not null;
            insert into fulfilment_board (tenant, order_id, customer_id, status, attempts, wake_at, started_at, updated_at, version, position)
            values ('default', 'o1', 'c1', 'running', 1, '2026-11-21T10:00:59.5Z', now(), now(), 1, 1);
            delete from schema_migrations where name = 'fulfilment_board.sql';
            """);

        Assert.Equal(["read-models/fulfilment_board.sql"], await Migrator.Apply(readModels.Database.DataSource, [ReadModelsSchema.Migrations]));

        Assert.Empty(await Due(59.4));
        Assert.Equal([("default", "o1")], await Due(59.5));
        Assert.Equal([("default", "o1")], await Due(60));

        Task<IReadOnlyList<(string Tenant, string OrderId)>> Due(double second) => readModels.Models.ListDueFulfilments(
            new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero).AddSeconds(second), 10, default);
    }
}
