using OrleansOrders.Domain.Ports;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

public sealed class OrderSearchTests(OrderSearchTests.SharedOrders shared) : IClassFixture<OrderSearchTests.SharedOrders>
{
    [Theory]
    [InlineData("tea", "a")]
    [InlineData("TEA jade", "a")]
    [InlineData("jade tea", "a")]
    [InlineData("85123", "b")]
    [InlineData("3A", "")]
    [InlineData("123a", "b")]
    [InlineData("100%", "c")]
    [InlineData("10_", "")]
    [InlineData("%%%", "")]
    [InlineData("___", "")]
    [InlineData(@"\\\", "")]
    [InlineData("größe", "c")]
    [InlineData("a & b | ! ' :*", "")]
    [InlineData("lantern", "b c")]
    [InlineData("customer-of-c", "c")]
    [InlineData("b", "b")]
    [InlineData("", "")]
    public async Task A_text_finds_words_and_parts_of_words_and_has_no_wildcards(string text, string expected)
    {
        var page = await shared.ReadModels.Models.ListOrders(
            SmallHistory.Tenant, new OrderQuery(null, null, text, null, null, null, 50), default);

        Assert.Equal(expected, string.Join(' ', page.Items.Select(item => item.Id).Order(StringComparer.Ordinal)));
    }

    public sealed class SharedOrders : IAsyncLifetime
    {
        internal ReadModelsUnderTest ReadModels { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            ReadModels = await ReadModelsUnderTest.Create();
            var history = new SmallHistory(ReadModels.Log);
            await history.Place("a", SmallHistory.Start, lines: [new("T1", 1, 100, "Green TEA with jade")]);
            await history.Place("b", SmallHistory.Start, lines: [new("85123A", 1, 100, "White lantern"), new("pot", 1, 1, null)]);
            await history.Place("c", SmallHistory.Start, "customer-of-c", lines: [new("L2", 1, 100, "Größe 100% lantern")]);
            await history.Place("other", SmallHistory.Start, tenant: "south", lines: [new("85123A", 1, 100, "Green tea with jade lantern 100%")]);
            await ReadModels.ProjectAll();
        }

        public Task DisposeAsync() => ReadModels.DisposeAsync().AsTask();
    }
}
