using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Tests.Cluster.Support;

namespace OrleansOrders.Tests.Cluster.Calls;

/// <summary>What another .NET app may rely on when it calls the grains itself.</summary>
public sealed class CallContractTests : IClassFixture<OneSilo>
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly OneSilo _cluster;
    private readonly string _id = $"o{Guid.NewGuid():n}";

    public CallContractTests(OneSilo cluster)
    {
        _cluster = cluster;
        CallIdentity.Use(OneSilo.Tenant, "tests");
    }

    private IOrderGrain Order => _cluster.Order(_id);

    [Fact]
    public async Task An_order_is_opened_and_read_back()
    {
        var reply = await Order.Create(Create(_id), CommandKey.New());
        Assert.Equal((CommandStatus.Done, false), (reply.Status, reply.IsReplayed));
        var read = await Order.Read();
        Assert.Equal((reply.Version, reply.Position), (read.Version, read.Position));
        Assert.Equal(1_200, Assert.IsType<OrderState.Draft>(read.State).Facts.Total);
        Assert.Equal(0, (await Order.ReadAt(0)).Version);
        Assert.IsType<OrderState.NotCreated>((await Order.ReadAt(0)).State);
    }

    [Fact]
    public async Task A_refusal_is_a_value_with_a_code()
    {
        var reply = await Order.Place(new PlaceOrder(At), CommandKey.New());
        Assert.Equal((CommandStatus.Refused, Refusals.OrderNotFound), (reply.Status, reply.Code));
        Assert.NotEmpty(reply.Detail!);
    }

    [Fact]
    public async Task A_command_sent_again_later_gets_its_first_answer()
    {
        var key = CommandKey.From(OneSilo.Tenant, _id);
        var first = await Order.Create(Create(_id), key);
        var again = await Order.Create(Create(_id) with { At = At.AddHours(1) }, key);
        Assert.Equal(first with { IsReplayed = true }, again);
        Assert.Equal(CommandStatus.KeyReused, (await Order.Create(Create(_id) with { CustomerId = "another" }, key)).Status);
    }

    [Fact]
    public async Task A_command_on_another_version_is_not_decided()
    {
        await Order.Create(Create(_id), CommandKey.New());
        var reply = await Order.Place(new PlaceOrder(At), CommandKey.New() with { IfVersion = 1 });
        Assert.Equal((CommandStatus.VersionMismatch, 2), (reply.Status, reply.Version));
    }

    [Fact]
    public async Task Who_calls_is_written_into_the_events()
    {
        var identity = CallIdentity.Use(OneSilo.Tenant, "warehouse");
        await Order.Create(Create(_id), CommandKey.New());
        Assert.Equal($"warehouse {identity.CorrelationId}", await _cluster.Database.Query<string>(
            $"select (metadata ->> 'actor') || ' ' || (metadata ->> 'correlationId') from events where stream_id = 'order-{_id}' and version = 1"));
    }

    [Fact]
    public async Task A_call_without_an_identity_is_refused_and_the_grain_lives_on()
    {
        RequestContext.Clear();
        Assert.Equal(CallRefusals.TenantMismatch, (await Order.Create(Create(_id), CommandKey.New())).Code);
        Assert.Equal(CallRefusals.TenantMismatch, (await Order.Read()).Code);
        CallIdentity.Use(OneSilo.Tenant, "tests");
        Assert.Equal(CommandStatus.Done, (await Order.Create(Create(_id), CommandKey.New())).Status);
    }

    [Fact]
    public async Task Another_tenants_grain_is_refused()
    {
        Assert.Equal(CommandStatus.Done, (await Order.Create(Create(_id), CommandKey.New())).Status);
        CallIdentity.Use(OneSilo.OtherTenant, "tests");
        Assert.Equal(CallRefusals.TenantMismatch, (await Order.Cancel(new CancelOrder("mine now", At), CommandKey.New())).Code);
        Assert.Equal(CallRefusals.TenantMismatch, (await Order.ReadKnown()).Code);
        Assert.Equal(0, (await _cluster.Order(_id, OneSilo.OtherTenant).Read()).Version);
    }

    [Fact]
    public async Task Who_is_turned_away_is_on_record()
    {
        var caller = $"caller-{_id}";
        CallIdentity.Use(OneSilo.OtherTenant, caller);
        Assert.Equal(CallRefusals.TenantMismatch, (await Order.ReadKnown()).Code);
        await _cluster.Audit.Flush();
        Assert.Equal(
            $"{OneSilo.OtherTenant} {CallRefusals.TenantMismatch}",
            await _cluster.Database.Query<string>($"select tenant || ' ' || outcome from audit where actor = '{caller}'"));
    }

    [Fact]
    public async Task A_tenant_that_the_cluster_does_not_serve_is_refused()
    {
        CallIdentity.Use("nobody", "tests");
        Assert.Equal(CallRefusals.TenantUnknown, (await _cluster.Order(_id, "nobody").Create(Create(_id), CommandKey.New())).Code);
    }

    [Theory]
    [InlineData("no-slash")]
    [InlineData("/no-tenant")]
    [InlineData("default/")]
    [InlineData("default/a\nb")]
    public async Task A_grain_id_that_is_not_ours_is_refused(string id)
    {
        var order = _cluster.Cluster.GetGrain<IOrderGrain>(id);
        Assert.Equal(CallRefusals.GrainIdInvalid, (await order.Create(Create("x"), CommandKey.New())).Code);
        Assert.Equal(CallRefusals.GrainIdInvalid, (await order.Read()).Code);
    }

    [Fact]
    public async Task A_command_for_another_aggregate_is_refused()
    {
        Assert.Equal(CallRefusals.WrongAggregate, (await Order.Create(Create("another"), CommandKey.New())).Code);
        Assert.Equal(CommandStatus.Done, (await Order.Create(Create(_id), CommandKey.New())).Status);
    }

    [Theory]
    [InlineData(ContractVersion.Oldest - 1)]
    [InlineData(ContractVersion.Current + 1)]
    public async Task A_client_of_another_contract_version_is_refused_and_told_what_to_update(int contract)
    {
        CallIdentity.Use(CallIdentity.Current! with { Contract = contract });
        var reply = await Order.Create(Create(_id), CommandKey.New());
        Assert.Equal(CallRefusals.ContractVersion, reply.Code);
        Assert.Contains("update", reply.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_would_be_larger_than_a_message_is_refused_before_it_travels()
    {
        var large = Create(_id) with { ShippingAddress = new string('x', OrdersContracts.LargestMessage) };
        Assert.Equal(CallRefusals.CommandOutOfShape, (await Order.Create(large, CommandKey.New())).Code);
        Assert.Equal(CommandStatus.Done, (await Order.Create(Create(_id), CommandKey.New())).Status);
    }

    [Fact]
    public async Task A_silo_refuses_what_a_client_without_our_checks_sends()
    {
        await using var client = await TestClient.Connect(_cluster.Silo, checks: false);
        var order = client.Cluster.GetGrain<IOrderGrain>(GrainKeys.Of(OneSilo.Tenant, _id));
        var noted = new CancelOrder("card 4111 1111 1111 1111", At);
        Assert.Equal(CallRefusals.CardNumber, (await order.Cancel(noted, CommandKey.New())).Code);
        var wordy = new CancelOrder(new string('x', Limits.TextLength + 1), At);
        Assert.Equal(CallRefusals.CommandOutOfShape, (await order.Cancel(wordy, CommandKey.New())).Code);
        Assert.Equal(CommandStatus.Done, (await order.Create(Create(_id), CommandKey.New())).Status);
    }

    [Fact]
    public async Task A_message_over_the_limit_costs_its_sender_the_connection_and_nobody_else_anything()
    {
        await using var client = await TestClient.Connect(_cluster.Silo, checks: false, responses: TimeSpan.FromSeconds(3));
        var large = Create(_id) with { ShippingAddress = new string('x', OrdersContracts.LargestMessage) };
        await Assert.ThrowsAnyAsync<Exception>(() => client.Cluster.GetGrain<IOrderGrain>(GrainKeys.Of(OneSilo.Tenant, _id)).Create(large, CommandKey.New()));
        Assert.Equal(CommandStatus.Done, (await Order.Create(Create(_id), CommandKey.New())).Status);
    }

    [Fact]
    public async Task A_placed_order_is_fulfilled_and_everything_of_it_can_be_read()
    {
        var sku = $"s{Guid.NewGuid():n}";
        await _cluster.Cluster.GetGrain<IStockGrain>(GrainKeys.Of(OneSilo.Tenant, sku)).Receive(new ReceiveStock(5, At), CommandKey.New());
        await Order.Create(Create(_id, sku) with { Place = true }, CommandKey.New());
        var key = GrainKeys.Of(OneSilo.Tenant, _id);
        await Tests.Support.Eventually.True(async () =>
            (await _cluster.Cluster.GetGrain<IFulfilmentGrain>(key).Read()).State is FulfilmentState.Completed);
        Assert.IsType<PaymentState.Captured>((await _cluster.Cluster.GetGrain<IPaymentGrain>(key).Read()).State);
        Assert.IsType<ShipmentState.Created>((await _cluster.Cluster.GetGrain<IShipmentGrain>(key).Read()).State);
        Assert.IsType<OrderState.Confirmed>((await Order.Read()).State);
        var stock = (await _cluster.Cluster.GetGrain<IStockGrain>(GrainKeys.Of(OneSilo.Tenant, sku)).Read()).State!;
        Assert.Equal((2, 3), (stock.Available, stock.Reserved));
    }

    [Fact]
    public async Task Every_command_has_a_grain_and_every_grain_its_commands()
    {
        var commands = typeof(Command).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract).ToList();
        var taken = typeof(IOrderGrain).Assembly.GetTypes().Where(type => type.IsInterface)
            .SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType).ToHashSet();
        Assert.All(commands, command => Assert.True(
            taken.Contains(command) || taken.Contains(command.BaseType!), $"No grain takes {command.Name}."));
        await Assert.ThrowsAsync<ArgumentException>(() => _cluster.Cluster.Send(OneSilo.Tenant, _id, new Unheard(At), CommandKey.New()));
    }

    private static CreateOrder Create(string id, string sku = "85123A") =>
        new(id, "17850", "GBP", PaymentMethods.Ok, null, "United Kingdom", [new LineItem(sku, 3, 400, null)], false, At);

    private sealed record Unheard(DateTimeOffset At) : Command(At);
}
