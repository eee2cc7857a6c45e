using System.Net;
using Microsoft.Extensions.Hosting;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Grains.Interfaces;

// Places an order through the silo whose gateway is given, 127.0.0.1:30000 by default, and follows it to its end.
var silo = IPEndPoint.Parse(args.Length > 0 ? args[0] : "127.0.0.1:30000");
var builder = Host.CreateEmptyApplicationBuilder(null);
builder.UseOrleansClient(client => client
    .UseStaticClustering(silo)
    .Configure<Orleans.Configuration.ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("orders", "orders")));
builder.Services.AddOrdersClient();
using var host = builder.Build();
await host.StartAsync();
var grains = (IGrainFactory)host.Services.GetService(typeof(IGrainFactory))!;

const string Tenant = "default";
CallIdentity.Use(Tenant, "sample");
var now = TimeProvider.System.GetUtcNow();
await grains.GetGrain<IStockGrain>(GrainKeys.Of(Tenant, "TEAPOT")).Receive(new ReceiveStock(1, now), CommandKey.New());

var id = Ids.Text(Guid.NewGuid());
var order = grains.GetGrain<IOrderGrain>(GrainKeys.Of(Tenant, id));
var placed = await order.Create(
    new CreateOrder(id, "17850", "GBP", PaymentMethods.Ok, null, "United Kingdom", [new LineItem("TEAPOT", 1, 1_995, null)], true, now),
    CommandKey.From(Tenant, $"basket {id}")); // the same key again is the same command: it is carried out once
Console.WriteLine($"{placed.Status} at version {placed.Version} {placed.Code}");

var fulfilment = grains.GetGrain<IFulfilmentGrain>(GrainKeys.Of(Tenant, id));
while ((await fulfilment.Read()).State is not (FulfilmentState.Completed or FulfilmentState.Compensated))
    await Task.Delay(100);
Console.WriteLine($"order {id} is {(await order.Read()).State!.GetType().Name.ToLowerInvariant()}");
await host.StopAsync();
