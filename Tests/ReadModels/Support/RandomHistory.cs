using System.Collections.Immutable;
using System.Text;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.ReadModels.Support;

/// <summary>Random commands, decided by the real rules and appended to a log: the same seed gives the same history.</summary>
internal sealed class RandomHistory(IEventStore log, int seed)
{
    public static readonly string[] Tenants = ["north", "south"];

    private static readonly byte[] Metadata = Encoding.UTF8.GetBytes("{}");

    private readonly Random _random = new(seed);
    private readonly Dictionary<StreamName, object> _states = [];
    private DateTimeOffset _now = new DateTimeOffset(2010, 12, 1, 8, 26, 0, TimeSpan.Zero).AddTicks(7);
    private int _events;

    /// <summary>Every state by its stream, as the aggregates' own fold has it.</summary>
    public IReadOnlyDictionary<StreamName, object> States => _states;

    /// <summary>Commands that are accepted or refused as they come.</summary>
    public async Task Append(int commands)
    {
        for (var i = 0; i < commands; i++)
        {
            // Hours pass between some commands, so that days, deadlines and retries come about; odd ticks on purpose.
            _now = _now.AddTicks(_random.NextInt64(_random.Next(10) == 0 ? TimeSpan.TicksPerHour * 5 : TimeSpan.TicksPerSecond * 20));
            var tenant = Pick(Tenants);
            await (_random.Next(10) switch
            {
                < 4 => Act<Order, OrderState, OrderCommand>(tenant, $"o{_random.Next(25)}", NextOrderCommand),
                < 6 => Act<Stock, StockState, StockCommand>(tenant, Sku(), NextStockCommand),
                < 9 => Act<Fulfilment, FulfilmentState, FulfilmentCommand>(tenant, $"o{_random.Next(10)}", NextFulfilmentCommand),
                _ => Act<Payment, PaymentState, PaymentCommand>(
                    tenant, $"o{_random.Next(25)}", (_, id) => new RequestPayment(id, 100, "EUR", "pm_ok", _now)),
            });
        }
    }

    /// <summary>Decides one command on a stream and appends what it gives.</summary>
    public async Task Act<TAggregate, TState, TCommand>(string tenant, string id, Func<TState, string, TCommand> next)
        where TAggregate : IAggregate<TState, TCommand>
        where TState : class
        where TCommand : Command
    {
        var stream = new StreamName(tenant, TAggregate.StreamType, id);
        var state = (TState)_states.GetValueOrDefault(stream, TAggregate.Initial);
        if (TAggregate.Decide(state, next(state, id)) is not Decision.Accepted { Events: { Count: > 0 } events })
            return;
        _states[stream] = events.Aggregate(state, TAggregate.Evolve);
        var head = await log.ReadHead(stream, CancellationToken.None);
        var appended = events.Select(@event => new NewEvent(
            Ids.OfEvent(Ids.Derive($"{seed}"), _events++), EventCatalog.KindOf(@event).StoredName, EventCatalog.Encode(@event),
            Metadata, @event.At)).ToList();
        Assert.IsType<AppendResult.Appended>(await log.Append(new Append(stream, head, appended, null), CancellationToken.None));
    }

    private OrderCommand NextOrderCommand(OrderState state, string id) => state switch
    {
        OrderState.NotCreated => new CreateOrder(
            id, $"c{_random.Next(4)}", Pick("EUR", "JPY", "KWD"), "pm_ok", Pick(null, "Main street 1"), Pick(null, "DE", "United Kingdom"),
            Lines(), _random.Next(3) > 0, _now),
        OrderState.Draft => _random.Next(6) switch
        {
            0 => new RemoveItem(Sku(), _now),
            1 => new ChangeQuantity(Sku(), Price(), _random.Next(1, 9), _now),
            2 => new CancelOrder("changed my mind", _now),
            3 => new PlaceOrder(_now),
            _ => new AddItems(Lines(), _now),
        },
        OrderState.Placed => _random.Next(3) == 0 ? new CancelOrder("no longer wanted", _now) : new ConfirmOrder(_now),
        OrderState.Confirmed => _random.Next(4) == 0 ? new CancelOrder("out of stock", _now) : new ShipOrder("DHL", "42", _now),
        OrderState.Shipped => new DeliverOrder(_now),
        _ => new ReturnItems([new ItemQuantity(Sku(), 1)], "broken", _now),
    };

    private StockCommand NextStockCommand(StockState state, string sku) => _random.Next(6) switch
    {
        0 or 1 => new ReceiveStock(_random.Next(1, 100), _now),
        2 or 3 => new ReserveStock($"o{_random.Next(40)}", _random.Next(1, 10), _now),
        4 when state.Reservations.Count > 0 => new ShipStock(Pick([.. state.Reservations.Keys.Order(StringComparer.Ordinal)]), _now),
        4 => new AdjustStock(_random.Next(-5, 5), "count", $"a{_random.Next(1_000)}", _now),
        _ => new ReleaseReservation($"o{_random.Next(40)}", _now),
    };

    private FulfilmentCommand NextFulfilmentCommand(FulfilmentState state, string id) => state switch
    {
        FulfilmentState.NotStarted => new StartFulfilment(id, "c1", [new ItemQuantity("tea", 1)], 100, "EUR", "pm_ok", _now),
        FulfilmentState.Running running => _random.Next(8) switch
        {
            0 => new FailStep(running.Step, "time-out", "The provider was silent.", true, _now),
            1 => new WakeFulfilment(_now),
            2 => new RetryFulfilment("anna", "looks fine", _now),
            3 => new Compensate("cancelled", "anna", _now),
            _ => new CompleteStep(running.Step, _now),
        },
        FulfilmentState.Compensating compensating => _random.Next(3) switch
        {
            0 => new CompleteCompensationStep(compensating.Step, _now),
            1 => new RetryFulfilment("anna", "again", _now),
            _ => new FailCompensationStep(compensating.Step, "refused", "The carrier refuses.", _random.Next(2) == 0, _now),
        },
        FulfilmentState.Parked => _random.Next(3) switch
        {
            0 => new SkipCompensationStep("anna", "done by hand", _now),
            1 => new Compensate("again", "anna", _now),
            _ => new RetryFulfilment("anna", "again", _now),
        },
        _ => new Compensate("cancelled", "anna", _now),
    };

    private ImmutableArray<LineItem> Lines() =>
        [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => new LineItem(Sku(), _random.Next(1, 9), Price(), Pick(null, "Größe 100% \"rot\"", "jade_tea 🍵")))];

    private string Sku() => Pick("tea", "cup", "pot", "tin", "85123A");

    private long Price() => Pick(100L, 255L);

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
