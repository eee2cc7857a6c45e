using Microsoft.Extensions.DependencyInjection;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Grains;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Cluster.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Calls;

/// <summary>A silo that serves two tenants, and another .NET app as its client.</summary>
public sealed class OneSilo : IAsyncLifetime
{
    public const string Tenant = "default";
    public const string OtherTenant = "acme";

    internal TestDatabase Database { get; private set; } = null!;

    internal TestSilo Silo { get; private set; } = null!;

    internal TestClient Client { get; private set; } = null!;

    internal IClusterClient Cluster => Client.Cluster;

    internal AuditTrail Audit => (AuditTrail)Silo.Services.GetRequiredService<IAuditTrail>();

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.Create([.. Schema.Sets]);
        Silo = await TestSilo.Start(Database, options: new OrdersSiloOptions(Database.ConnectionString) { Tenants = [Tenant, OtherTenant] });
        Client = await TestClient.Connect(Silo);
    }

    public async Task DisposeAsync()
    {
        await Client.DisposeAsync();
        await Silo.DisposeAsync();
        await Database.DisposeAsync();
    }

    internal IOrderGrain Order(string id, string tenant = Tenant) => Cluster.GetGrain<IOrderGrain>(GrainKeys.Of(tenant, id));
}
