using Npgsql;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>The level of one SKU, and the sales report.</summary>
internal sealed class StockAndSalesQueries(NpgsqlDataSource dataSource)
{
    private const string Total = "total";

    public async Task<StockView?> FindStock(string tenant, string sku, CancellationToken cancellation)
    {
        await using var query = new TenantQuery(dataSource, tenant, """
            select received + adjusted - shipped - reserved, reserved, shipped, received, adjusted, version, position
            from stock_levels where tenant = $1 and sku = $2
            """);
        query.Command.Parameters.AddWithValue(tenant);
        query.Command.Parameters.AddWithValue(sku);
        await using var reader = await query.Read(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new StockView(
                sku, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.GetInt64(5), reader.GetInt64(6))
            : null;
    }

    /// <summary>
    /// One statement, so that rows and totals belong together. Days and countries count whole orders, SKUs the orders that
    /// hold them; the totals are of whole orders always.
    /// </summary>
    public async Task<SalesReport> ReportSales(
        string tenant, DateOnly? from, DateOnly? to, SalesGrouping grouping, CancellationToken cancellation)
    {
        var (key, rows) = grouping switch
        {
            SalesGrouping.Day => ("to_char(day, 'YYYY-MM-DD')", "sku = ''"),
            SalesGrouping.Sku => ("sku", "sku <> ''"),
            _ => ("country", "sku = ''"),
        };
        const string sums = "sum(orders)::bigint, sum(quantity)::bigint, sum(gross)::bigint";
        const string scope = "from sales where tenant = $1 and day >= $2 and day <= $3 and";
        await using var query = new TenantQuery(dataSource, tenant, $"""
            select 0 as part, {key} as key, currency, {sums} {scope} {rows} group by 2, 3 having sum(orders) <> 0
            union all
            select 1, '{Total}', currency, {sums} {scope} sku = '' group by currency having sum(orders) <> 0
            order by 1, 2, 3
            """);
        query.Command.Parameters.AddWithValue(tenant);
        query.Command.Parameters.AddWithValue(from ?? DateOnly.MinValue);
        query.Command.Parameters.AddWithValue(to ?? DateOnly.MaxValue);
        await using var reader = await query.Read(cancellation);
        var (items, totals) = (new List<SalesRow>(), new List<SalesRow>());
        while (await reader.ReadAsync(cancellation))
        {
            var row = new SalesRow(
                reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5));
            (reader.GetInt32(0) == 0 ? items : totals).Add(row);
        }
        return new SalesReport(items, totals);
    }
}
