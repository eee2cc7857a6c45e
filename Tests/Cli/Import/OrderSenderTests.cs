using System.Text.Json;
using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Import;
using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Cli.Import;

public sealed class OrderSenderTests
{
    [Theory]
    [InlineData(1, 35, 1)]
    [InlineData(100, 35, 1)]
    [InlineData(101, 35, 2)]
    [InlineData(593, 35, 6)]
    [InlineData(1000, 500, 53)]
    public void An_order_is_cut_into_requests_that_fit(int lines, int characters, int requests)
    {
        // The longest that text becomes in JSON: every character as an escape of six bytes.
        var items = Enumerable.Range(0, lines).Select(i => new LineItem($"S{i}", Limits.Quantity, Limits.UnitPrice, new string('ü', characters))).ToList();

        var chunks = OrderSender.Chunks(items);

        Assert.Equal(requests, chunks.Count);
        Assert.Equal(items.Select(item => item.Sku), chunks.SelectMany(chunk => chunk).Select(line => line.Sku));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Count, 1, Limits.LinesPerRequest));
        Assert.All(chunks, chunk => Assert.InRange(
            JsonSerializer.SerializeToUtf8Bytes(new ItemsBody(chunk), ClientJson.Default.ItemsBody).Length, 1, 64 * 1024));
    }
}
