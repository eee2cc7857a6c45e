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
}
