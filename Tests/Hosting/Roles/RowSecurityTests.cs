using Npgsql;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Hosting.Roles;

/// <summary>The server itself keeps one tenant's rows from a query on behalf of another, whatever the query asks for.</summary>
public sealed class RowSecurityTests : IAsyncLifetime
{
    // Positions and what was installed: the same for every tenant.
    private const string TenantTables = """
        select c.relname from pg_class c
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
            and (has_any_column_privilege('orders_reader', c.oid, 'select') or pg_get_userbyid(c.relowner) = 'orders_projector')
            and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant')
        """;

    private static readonly string[] Tenants = ["acme", "umbrella"];

    private TestDatabase _database = null!;
    private StandaloneHost _host = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.Create();
        _host = await StandaloneHost.Start(
            new StandaloneOptions(_database.ConnectionString) { Web = new() { Port = 0 }, SlowPayment = TimeSpan.FromMilliseconds(10) });
        foreach (var tenant in Tenants)
        {
            await Execute(tenant, "tea", new ReceiveStock(10, TimeProvider.System.GetUtcNow()));
            await Execute(tenant, $"order-of-{tenant}", new CreateOrder(
                $"order-of-{tenant}", "ada", "GBP", PaymentMethods.Ok, null, null, [new("tea", 1, 450, "leaves")], true, TimeProvider.System.GetUtcNow()));
        }
        await Eventually.True(async () =>
        {
            var end = await _host.Store.ReadEnd(default);
            return _host.ReactedPosition == end && (await _host.ReadModels.ListProjections(default)).All(one => one.Position == end);
        });
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_reader_sees_the_rows_of_the_named_tenant_and_none_without()
    {
        await using var reader = await ConnectAsReader();
        var tables = await List(TenantTables);
        Assert.Superset(new HashSet<string> { "order_details", "customer_orders", "order_search", "sales", "stock_levels", "fulfilment_board" }, tables.ToHashSet());
        foreach (var table in tables)
        {
            Assert.Equal(Tenants, await List($"select distinct tenant from {table} order by 1"));
            Assert.True(0 == await Count(reader, null, table), $"{table} shows rows to a reader who names no tenant.");
            Assert.True(0 == await Count(reader, "acme'; --", table), $"{table} shows rows to a reader who names a tenant that is not there.");
            foreach (var tenant in Tenants)
            {
                var (seen, all) = (await Count(reader, tenant, table), await _database.Query<long>($"select count(*) from {table} where tenant = '{tenant}'"));
                Assert.True(seen == all && all > 0, $"{table} shows {seen} rows to a reader for {tenant}, who has {all}.");
            }
        }
    }

    [Fact]
    public async Task A_query_that_forgot_its_tenant_finds_only_its_own()
    {
        await using var reader = await ConnectAsReader();
        foreach (var query in new[]
        {
            "select count(*) from order_details where order_id = 'order-of-umbrella'",
            "select count(*) from customer_orders where customer_id = 'ada' and total = 450 and order_id = 'order-of-umbrella'",
            "select count(*) from list_orders_by_text('leaves', '%leav%', null, null, null, null, null, null, 100) where r_order_id = 'order-of-umbrella'",
        })
        {
            Assert.Equal(0, await Ask(reader, "acme", query));
            Assert.Equal(1, await Ask(reader, "umbrella", query));
            Assert.Equal(0, await Ask(reader, null, query));
        }
    }

    [Fact]
    public async Task The_programs_own_queries_find_each_tenants_rows_and_no_others()
    {
        foreach (var tenant in Tenants)
        {
            Assert.NotNull(await _host.ReadModels.FindOrder(tenant, $"order-of-{tenant}", default));
            Assert.Null(await _host.ReadModels.FindOrder(tenant, $"order-of-{Tenants.Single(other => other != tenant)}", default));
            foreach (var text in new[] { null, "leaves", "eave", "tea" })
            {
                var orders = await _host.ReadModels.ListOrders(tenant, new OrderQuery(null, null, text, null, null, null, 10), default);
                Assert.Equal([$"order-of-{tenant}"], orders.Items.Select(order => order.Id));
            }
            Assert.Single((await _host.ReadModels.ListFulfilments(tenant, null, null, 10, default)).Items);
            Assert.Equal(450, Assert.Single((await _host.ReadModels.ReportSales(tenant, null, null, SalesGrouping.Day, default)).Totals).Gross);
            Assert.Equal(1, (await _host.ReadModels.FindStock(tenant, "tea", default))!.Reserved);
        }
        // A pooled connection keeps nothing of the tenant that it worked for last.
        Assert.Equal("", await _database.Query<string>("select coalesce(current_setting('orders.tenant', true), '')"));
    }

    private async Task<NpgsqlConnection> ConnectAsReader()
    {
        var connections = await new DatabaseLogins(_database.ConnectionString).Find(default);
        Assert.NotEqual(_database.ConnectionString, connections.Reader);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connections.Reader) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static Task<long> Count(NpgsqlConnection reader, string? tenant, string table) => Ask(reader, tenant, $"select count(*) from {table}");

    private static async Task<long> Ask(NpgsqlConnection reader, string? tenant, string sql)
    {
        await using var transaction = await reader.BeginTransactionAsync();
        if (tenant is not null)
        {
            await using var name = new NpgsqlCommand("select set_config('orders.tenant', $1, true)", reader) { Parameters = { new() { Value = tenant } } };
            await name.ExecuteNonQueryAsync();
        }
        await using var command = new NpgsqlCommand(sql, reader);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<List<string>> List(string sql)
    {
        await using var command = _database.DataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }

    private async Task Execute(string tenant, string id, Command command) => Assert.IsType<CommandOutcome.Done>(await _host.Aggregates.Execute(
        id, command, new CommandContext(tenant, Ids.Derive("rows", tenant, id), "test", Ids.Derive("rows", tenant)) { Fingerprint = [1] }, default));
}
