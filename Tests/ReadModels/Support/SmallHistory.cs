using System.Collections.Immutable;
using System.Text;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.ReadModels.Support;

/// <summary>Single, told commands where a random history would say too much.</summary>
internal sealed class SmallHistory(IEventStore log)
{
    public const string Tenant = "north";

    public static readonly DateTimeOffset Start = new(2011, 3, 4, 10, 0, 0, TimeSpan.Zero);

    private readonly RandomHistory _history = new(log, 0);

    public Task Order(string orderId, OrderCommand command, string tenant = Tenant) =>
        _history.Act<Order, OrderState, OrderCommand>(tenant, orderId, (_, _) => command);

    public Task Stock(string sku, StockCommand command) => _history.Act<Stock, StockState, StockCommand>(Tenant, sku, (_, _) => command);

    public Task Fulfilment(string orderId, FulfilmentCommand command) =>
        _history.Act<Fulfilment, FulfilmentState, FulfilmentCommand>(Tenant, orderId, (_, _) => command);

    public Task Receive(string sku) => Stock(sku, new ReceiveStock(1, Start));

    /// <summary>An order that is placed at once.</summary>
    public Task Place(
        string orderId, DateTimeOffset at, string customer = "c1", string tenant = Tenant, string? country = "DE",
        params ImmutableArray<LineItem> lines) =>
        Order(orderId, new CreateOrder(
            orderId, customer, "EUR", "pm_ok", null, country, lines.IsDefaultOrEmpty ? [new("tea", 2, 250, "Green tea")] : lines, true, at),
            tenant);

    /// <summary>An event that no version of the program knows.</summary>
    public async Task Poison(string streamType, string id)
    {
        var stream = new StreamName(Tenant, streamType, id);
        var head = await log.ReadHead(stream, CancellationToken.None);
        var poison = new NewEvent(
            Guid.NewGuid(), $"{streamType}-teleported.v1", Encoding.UTF8.GetBytes("{}"), Encoding.UTF8.GetBytes("{}"), Start);
        await log.Append(new Append(stream, head, [poison], null), CancellationToken.None);
    }
}
