using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;

namespace OrleansOrders.Tests.Kafka.Support;

/// <summary>A publisher in a process of its own, for tests that kill it: it ends with its standard input at the latest.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["publish", var connectionString, var bootstrapServers])
            return 2;
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var store = new PostgresEventStore(database, new EventStoreOptions(), TimeProvider.System);
        await using var publisher = new Publisher(
            Outbox.OptionsFor(bootstrapServers), database, store, NullLogger<Publisher>.Instance, TimeProvider.System);
        publisher.Start();
        // Nothing is ever written there: reading ends when whoever started this is gone.
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
