using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain;

public sealed class StateCatalogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly OrderFacts OrderFacts = new(
        "o1", "c1", "GBP", "pm_ok", null, "France",
        [new OrderLine("A", 2, 250, "Lamp", 1), new OrderLine("B", 1, 5, null, 0)], Noon)
    { PlacedAt = Noon.AddTicks(1), Carrier = "dhl" };

    private static readonly PaymentFacts PaymentFacts = new("o1", 505, "GBP", "pm_ok")
    {
        AuthorizationId = "a",
        Captured = 505,
        Refunds =
        [
            new Refund("r1", 5, "broken", RefundStatus.Refunded) { By = "ada", ApprovedBy = "grace" },
            new Refund("r2", 5, "broken", RefundStatus.Proposed) { By = "ada", ExpiresAt = Noon },
        ],
    };

    private static readonly ShipmentFacts ShipmentFacts = new("o1", "ref", [new ItemQuantity("A", 2)]) { Carrier = "dhl" };

    private static readonly FulfilmentFacts FulfilmentFacts = new("o1", "c1", [new ItemQuantity("A", 2)], 505, "GBP", "pm_ok");

    public static TheoryData<OrderState> Orders =>
    [
        Order.Initial, new OrderState.Draft(OrderFacts), new OrderState.Placed(OrderFacts), new OrderState.Confirmed(OrderFacts),
        new OrderState.Shipped(OrderFacts), new OrderState.Delivered(OrderFacts), new OrderState.Cancelled(OrderFacts with { Lines = [] }),
    ];

    public static TheoryData<PaymentState> Payments =>
    [
        Payment.Initial, new PaymentState.Requested(PaymentFacts with { Refunds = [] }), new PaymentState.Authorized(PaymentFacts),
        new PaymentState.Declined(PaymentFacts), new PaymentState.Captured(PaymentFacts), new PaymentState.Voided(PaymentFacts),
        new PaymentState.Voided(null),
    ];

    public static TheoryData<ShipmentState> Shipments =>
    [
        Shipment.Initial, new ShipmentState.Created(ShipmentFacts), new ShipmentState.Dispatched(ShipmentFacts),
        new ShipmentState.Delivered(ShipmentFacts), new ShipmentState.Cancelled(ShipmentFacts), new ShipmentState.Cancelled(null),
    ];

    public static TheoryData<CustomerState> Customers =>
    [
        Customer.Initial, new CustomerState.Erased("c1"),
        new CustomerState.Registered("c1", new CustomerDetails("Zoë", null, "+44", null, "UK")),
    ];

    public static TheoryData<FulfilmentState> Fulfilments =>
    [
        Fulfilment.Initial, new FulfilmentState.Running(FulfilmentFacts, FulfilmentStep.ConfirmOrder, 2, Noon, null),
        new FulfilmentState.Compensating(FulfilmentFacts, "late", CompensationStep.ReturnMoney, 1, Noon),
        new FulfilmentState.Completed(FulfilmentFacts), new FulfilmentState.Compensated(FulfilmentFacts, "late"),
        new FulfilmentState.Parked(FulfilmentFacts, "late", CompensationStep.CancelOrder, "refused", "operations"),
    ];

    [Theory, MemberData(nameof(Orders))]
    public void An_order_comes_back_from_its_bytes(OrderState state) => ComesBack(state);

    [Theory, MemberData(nameof(Payments))]
    public void A_payment_comes_back_from_its_bytes(PaymentState state) => ComesBack(state);

    [Theory, MemberData(nameof(Shipments))]
    public void A_shipment_comes_back_from_its_bytes(ShipmentState state) => ComesBack(state);

    [Theory, MemberData(nameof(Customers))]
    public void A_customer_comes_back_from_its_bytes(CustomerState state) => ComesBack(state);

    [Theory, MemberData(nameof(Fulfilments))]
    public void A_fulfilment_comes_back_from_its_bytes(FulfilmentState state) => ComesBack(state);

    [Fact]
    public void Stock_comes_back_from_its_bytes()
    {
        ComesBack(Stock.Initial);
        var state = new StockState(
            10, -1, 2, 3, ImmutableDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("o2", 2L), KeyValuePair.Create("o1", 1L)]),
            RecentReferences.None.Add("o9").Add("o8"), RecentReferences.None.Add("o7"), RecentReferences.None.Add("count"));
        Assert.Equal(4, ComesBack(state).Available);
        Assert.Equal(
            """{"received":10,"adjusted":-1,"shipped":2,"reserved":3,"reservations":{"o1":1,"o2":2},"releasedOrders":["o9","o8"],"shippedOrders":["o7"],"adjustments":["count"]}""",
            Encoding.UTF8.GetString(StateCatalog.Encode(state)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"state":"sold","facts":null}""")]
    [InlineData("""{"state":"draft"}""")]
    [InlineData("""{"state":"draft","facts":null}""")]
    [InlineData("""{"state":"draft","fac""")]
    public void Bytes_that_are_not_an_order_are_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => StateCatalog.Decode<OrderState>(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"o1":1,"o1":2}""", "[]")]
    [InlineData("""{"o1":"1"}""", "[]")]
    [InlineData("[]", "[]")]
    [InlineData("{}", "[1]")]
    [InlineData("{}", "{}")]
    public void Bytes_that_are_not_stock_are_refused(string reservations, string closed)
    {
        var json = "{\"received\":1,\"adjusted\":0,\"shipped\":0,\"reserved\":0,\"reservations\":" + reservations
            + ",\"releasedOrders\":" + closed + ",\"shippedOrders\":[],\"adjustments\":[]}";
        Assert.ThrowsAny<JsonException>(() => StateCatalog.Decode<StockState>(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Every_state_type_has_a_schema_of_its_own()
    {
        string[] schemas =
        [
            StateCatalog.SchemaOf<OrderState>(), StateCatalog.SchemaOf<PaymentState>(), StateCatalog.SchemaOf<StockState>(),
            StateCatalog.SchemaOf<ShipmentState>(), StateCatalog.SchemaOf<CustomerState>(), StateCatalog.SchemaOf<FulfilmentState>(),
        ];
        Assert.Equal(StateCatalog.StateTypes.Count(), schemas.Distinct().Count());
        Assert.Equal(schemas[0], StateCatalog.SchemaOf<OrderState>());
    }

    [Fact]
    public void A_shape_is_told_apart_by_names_types_nullability_and_what_lies_below()
    {
        Type[] types =
        [
            typeof(Outer<Inner<int>>), typeof(Outer<Inner<long>>), typeof(Outer<Inner<int?>>), typeof(Outer<Renamed>),
            typeof(Outer<ImmutableArray<Inner<int>>>), typeof(Outer<ImmutableArray<Inner<long>>>), typeof(Outer<FulfilmentStep>),
        ];
        var shapes = types.Select(type => JsonShape.Of(JsonSerializerOptions.Default.GetTypeInfo(type))).ToArray();
        Assert.Equal(types.Length, shapes.Distinct().Count());
        Assert.Contains("Count: System.Int64", shapes[5], StringComparison.Ordinal);
        Assert.Contains(nameof(FulfilmentStep.CapturePayment), shapes[6], StringComparison.Ordinal);
    }

    private static TState ComesBack<TState>(TState state)
        where TState : class
    {
        var bytes = StateCatalog.Encode(state);
        var back = StateCatalog.Decode<TState>(bytes);
        Assert.Equal(state.GetType(), back.GetType());
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(StateCatalog.Encode(back)));
        return back;
    }

    private sealed record Outer<T>(T Value);

    private sealed record Inner<T>(T Count);

    private sealed record Renamed(int Number);
}
