using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Faults;

/// <summary>The standalone edition as a process, on a PostgreSQL of its own.</summary>
internal sealed class StandaloneShop : IShop
{
    private readonly TemporaryFolder folder = new();
    private (string Name, string Value)[] environment = [];
    private string toServe = "";

    public OwnPostgres Postgres { get; private set; } = null!;

    public OrdersProcess Server { get; private set; } = null!;

    public ServerAddress Address { get; } = new("");

    public string ConnectionString => Postgres.ConnectionString;

    public string Log => string.Join('\n', Server?.Error.TakeLast(30) ?? []);

    /// <param name="postgres">Makes the server where it is not to be an ordinary one.</param>
    /// <param name="through">What the process is told instead of the database's own address.</param>
    /// <param name="environment">What the process is told besides, until it is started again.</param>
    public static async Task<StandaloneShop> Open(
        Func<Task<OwnPostgres>>? postgres = null, Func<string, string>? through = null, params (string Name, string Value)[] environment)
    {
        var shop = new StandaloneShop();
        try
        {
            Tenants.WriteKeys(shop.folder.Below("keys.json"));
            shop.Postgres = postgres is null ? await OwnPostgres.Start(shop.folder.Path) : await postgres();
            shop.toServe = through is null ? shop.Postgres.ConnectionString : through(shop.Postgres.ConnectionString);
            shop.environment = environment;
            await shop.Serve();
            shop.environment = [];
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the process again, after it has ended by whatever means.</summary>
    public async Task Restart()
    {
        await Server.WaitForExit();
        await Serve();
    }

    /// <summary>One more process on the same database.</summary>
    public OrdersProcess Start(params (string Name, string Value)[] more) => OrdersProcess.Start(
        ["serve", "--port", "0", "--json", "--keys", folder.Below("keys.json")], [("ORDERS_POSTGRES", toServe), .. environment, .. more]);

    public async ValueTask DisposeAsync()
    {
        if (Server is { HasExited: false })
            await Server.Kill();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
        folder.Dispose();
    }

    private async Task Serve()
    {
        Server = Start();
        Address.Url = (await Server.WaitForReady()).GetProperty("url").GetString()!;
    }
}
