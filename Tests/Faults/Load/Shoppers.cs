using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Faults;

/// <summary>Customers of two tenants who order until they are told to stop, whatever happens to the server meanwhile.</summary>
internal sealed class Shoppers : IAsyncDisposable
{
    private const int OfEachTenant = 3;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource stopping = new();
    private readonly Sender sender;
    private Task running = Task.CompletedTask;

    private Shoppers(ServerAddress server) => sender = new Sender(server, History);

    public ClientHistory History { get; } = new();

    /// <summary>Fills the shelves and begins.</summary>
    public static async Task<Shoppers> Start(ServerAddress server, int seed)
    {
        var shoppers = new Shoppers(server);
        foreach (var tenant in Tenants.All)
        {
            for (var sku = 0; sku < Shopper.Skus; sku++)
                await Shopper.Stock(shoppers.sender, tenant, seed, sku);
        }
        shoppers.running = Task.WhenAll(Enumerable.Range(0, OfEachTenant * Tenants.All.Count).Select(number => Task.Run(() => new Shopper(
            shoppers.sender, Tenants.All[number % Tenants.All.Count], number, seed, shoppers.stopping.Token).Run(Pace))));
        return shoppers;
    }

    /// <summary>Waits until so many more commands were acknowledged.</summary>
    public async Task Continue(int commands)
    {
        var wanted = History.Count().Acknowledged + commands;
        await Eventually.True(() => running.IsCompleted || History.Count().Acknowledged >= wanted, TimeSpan.FromSeconds(90));
        Assert.False(running.IsCompleted, $"{running.Exception}");
    }

    /// <summary>Lets everybody finish what they have begun.</summary>
    public async Task<ClientHistory> Stop()
    {
        await stopping.CancelAsync();
        await running;
        return History;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
        sender.Dispose();
        stopping.Dispose();
    }
}
