using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;
using OrleansOrders.Tests.Verify;

namespace OrleansOrders.Tests.Cli.Import;

/// <summary>The import from the file to the read models, against the whole standalone edition.</summary>
public sealed class ImportTests
{
    [SampleFact]
    public Task The_published_sample_comes_out_as_calculated_another_way() => ImportTwiceAndCompare(ImportFiles.Sample!);

    [Fact]
    public async Task A_generated_file_comes_out_as_calculated_another_way()
    {
        // Invoices of more than 100 lines are in it: they are built from several requests.
        var path = GeneratedFile.Write(seed: 11, invoices: 60, longest: 150);
        try
        {
            Assert.Contains(File.ReadLines(path).CountBy(line => line.Split(',')[0]), invoice => invoice.Value > 100);
            await ImportTwiceAndCompare(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Returned_goods_go_back_to_the_shelf_and_their_price_to_the_customer()
    {
        var path = ImportFiles.Write(
            ImportFiles.Record("1", "A", "5", "2.00"), ImportFiles.Record("1", "A", "5", "3.00"), ImportFiles.Record("1", "B", "1", "9.99"),
            ImportFiles.Record("C2", "A", "-6", "2.00"), ImportFiles.Record("C3", "A", "-4", "2.00"), ImportFiles.Record("C3", "B", "-2", "9.99"));
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));

        var report = await ImportRunner.Run(path, host.BaseUrl);

        File.Delete(path);
        Assert.Equal(2_500, Amount(report.GetProperty("returns").GetProperty("refunded")));
        Assert.Equal(2, report.GetProperty("returns").GetProperty("new").GetInt32());
        Assert.Equal("more-than-was-bought", report.GetProperty("returns").GetProperty("lines").GetProperty("rejected")[0].GetProperty("reason").GetString());
        using var client = new HttpClient { BaseAddress = new Uri(host.BaseUrl) };
        var stock = await client.GetFromJsonAsync<JsonElement>("/v1/stock/A");
        Assert.Equal((10, 10, 10), (stock.GetProperty("available").GetInt32(), stock.GetProperty("shipped").GetInt32(), stock.GetProperty("adjusted").GetInt32()));
        Assert.Equal("delivered", (await client.GetFromJsonAsync<JsonElement>("/v1/orders")).GetProperty("items")[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Without_stock_orders_take_what_is_there_and_the_others_are_undone()
    {
        var path = ImportFiles.Write(ImportFiles.Record("1", "A", "5"), ImportFiles.Record("C2", "A", "-5"));
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));

        var report = await ImportRunner.Run(path, host.BaseUrl, ExitCodes.Failed, "--no-stock");

        File.Delete(path);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("stock").ValueKind);
        Assert.Equal(1, report.GetProperty("sales").GetProperty("fulfilments").GetProperty("compensated").GetInt32());
        var refused = report.GetProperty("returns").GetProperty("refused")[0];
        Assert.Equal("order-cancelled", refused.GetProperty("code").GetString());
        Assert.StartsWith("C2: ", refused.GetProperty("first").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_content_under_a_known_invoice_is_refused_and_shown()
    {
        var first = ImportFiles.Write(ImportFiles.Record("1", "A", "5"));
        var second = ImportFiles.Write(ImportFiles.Record("1", "A", "6"));
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        await ImportRunner.Run(first, host.BaseUrl);

        var report = await ImportRunner.Run(second, host.BaseUrl, ExitCodes.Failed);

        File.Delete(first);
        File.Delete(second);
        Assert.Equal("idempotency-key-reused", report.GetProperty("sales").GetProperty("refused")[0].GetProperty("code").GetString());
        Assert.Equal(0, Amount(report.GetProperty("sales").GetProperty("gross")));
    }

    private static async Task ImportTwiceAndCompare(string path)
    {
        var totals = IndependentTotals.Of(path);
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));

        var first = await ImportRunner.Run(path, host.BaseUrl);
        await FilledDatabase.WaitForRest(host);
        var end = await host.Store.ReadEnd(default);
        var second = await ImportRunner.Run(path, host.BaseUrl);
        await FilledDatabase.WaitForRest(host);

        await AssertAgrees(first, totals, host, isNew: true);
        await AssertAgrees(second, totals, host, isNew: false);
        Assert.Equal(end, await host.Store.ReadEnd(default));
        var verified = await VerificationTests.Run(database);
        Assert.True(verified.Ok, string.Join('\n', verified.Invariants.SelectMany(invariant => invariant.First)));
    }

    internal static async Task AssertAgrees(JsonElement report, IndependentTotals totals, StandaloneHost host, bool isNew)
    {
        var sales = report.GetProperty("sales");
        Assert.Equal(totals.Records, report.GetProperty("linesRead").GetInt64());
        Assert.Equal(totals.Invoices.Count, report.GetProperty("invoicesRead").GetInt64());
        Assert.Equal(totals.GoodRecords, sales.GetProperty("lines").GetProperty("accepted").GetInt64());
        Assert.Equal(totals.GoodInvoices.Count, sales.GetProperty(isNew ? "new" : "alreadyThere").GetInt64());
        Assert.Equal(0, sales.GetProperty(isNew ? "alreadyThere" : "new").GetInt64());
        Assert.Equal(totals.Pence, Amount(sales.GetProperty("gross")));
        Assert.Equal(totals.GoodInvoices.Count, sales.GetProperty("fulfilments").GetProperty("completed").GetInt64());
        await AssertSales(host.BaseUrl, totals);
    }

    /// <summary>The server's own report, by day, by SKU and in all, to the penny.</summary>
    internal static async Task AssertSales(string url, IndependentTotals totals)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        var byDay = await client.GetFromJsonAsync<JsonElement>("/v1/reports/sales?groupBy=day");
        Assert.Equal(totals.PencePerDay.Select(day => $"{day.Key} {day.Value}"), Rows(byDay));
        var bySku = await client.GetFromJsonAsync<JsonElement>("/v1/reports/sales?groupBy=sku");
        Assert.Equal(
            totals.PencePerSku.OrderBy(sku => sku.Key, StringComparer.Ordinal).Select(sku => $"{sku.Key} {sku.Value}"),
            Rows(bySku).Order(StringComparer.Ordinal));
        var total = byDay.GetProperty("totals").EnumerateArray().Single();
        Assert.Equal(("GBP", totals.GoodInvoices.Count), (total.GetProperty("currency").GetString(), total.GetProperty("orders").GetInt32()));
        Assert.Equal((totals.Pieces, totals.Pence), (total.GetProperty("quantity").GetInt64(), total.GetProperty("gross").GetInt64()));
    }

    private static IEnumerable<string> Rows(JsonElement report) => report.GetProperty("rows").EnumerateArray().Select(row => string.Create(
        CultureInfo.InvariantCulture, $"{row.GetProperty("key").GetString()} {row.GetProperty("gross").GetInt64()}"));

    private static long Amount(JsonElement amounts) => amounts.EnumerateArray().Sum(amount => amount.GetProperty("amount").GetInt64());
}
