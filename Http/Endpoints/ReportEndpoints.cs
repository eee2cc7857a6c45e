using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Reports over all orders.</summary>
internal static class ReportEndpoints
{
    private static readonly string[] Groupings = ["day", "sku", "country"];

    public static void Map(ApiRoutes routes) => routes.Map(
        new RouteContract("GET", "/v1/reports/sales", Scopes.OrdersRead, "reportSales", "What was placed and not cancelled, before returns")
        {
            Reply = typeof(SalesReport),
            Query =
            [
                new QueryParameter("from", "date", "The first day, UTC; the beginning when absent."),
                new QueryParameter("to", "date", "The last day, included; the end when absent."),
                new QueryParameter("groupBy", "string", "By what the rows are; by day when absent.") { Values = Groupings },
                QueryParameter.MinPosition,
            ],
        }, Sales);

    private static async Task<Reply> Sales(Call call)
    {
        var (from, to) = (call.Query.Day("from"), call.Query.Day("to"));
        var grouping = call.Query.OneOf("groupBy", Groupings) switch
        {
            "sku" => SalesGrouping.Sku,
            "country" => SalesGrouping.Country,
            _ => SalesGrouping.Day,
        };
        if (from > to)
            call.Query.Add("to", FieldCodes.OutOfRange, "The end comes before the beginning.");
        await call.AwaitMinPosition("sales");
        var report = await call.ReadModels.ReportSales(call.Tenant, from, to, grouping, call.Aborted);
        return Reply.Json(200, report, ReplyJson.Instance.SalesReport);
    }
}
