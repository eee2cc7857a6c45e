using Npgsql;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;
using OrleansOrders.Http;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Faults;

/// <summary>A short run of the real thing, in which nothing goes wrong, with what its clients saw.</summary>
public sealed class RecordedRun : IAsyncLifetime
{
    internal ClientHistory History { get; private set; } = null!;

    internal Evidence Evidence { get; private set; } = null!;

    internal IReadOnlyList<Finding> Findings { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await using var database = await TestDatabase.Create();
        using var folder = new TemporaryFolder();
        Tenants.WriteKeys(folder.Below("keys.json"));
        var web = new WebServerOptions { Port = 0, Api = new ApiOptions { Keys = new KeyRing(KeysFile.Read(folder.Below("keys.json"))) } };
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString) { Web = web });
        await using var shoppers = await Shoppers.Start(new ServerAddress(host.BaseUrl), seed: 1);
        await shoppers.Continue(commands: 120);
        History = await shoppers.Stop();
        Findings = await HistoryCheck.Run(database.ConnectionString, History);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        Evidence = await Evidence.Read(source);
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
