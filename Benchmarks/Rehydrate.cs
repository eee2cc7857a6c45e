using System.Diagnostics;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Benchmarks;

/// <summary>How fast a stream of 1,000 events becomes a state: from bytes in memory, and from PostgreSQL, without snapshots.</summary>
internal static class Rehydrate
{
    private const int Events = 1_000;
    private const int Streams = 50;
    private const int Rounds = 7;

    public static async Task<int> Run()
    {
        var server = Environment.GetEnvironmentVariable("ORDERS_POSTGRES")
            ?? throw new InvalidOperationException("Set ORDERS_POSTGRES to a server where a database may be made.");
        var name = $"bench_{Guid.NewGuid():n}";
        await Execute(server, $"create database {name}");
        try
        {
            await using var database = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString);
            await Migrator.Apply(database, [EventStoreSchema.Migrations]);
            await using var store = new PostgresEventStore(database, new EventStoreOptions(), TimeProvider.System);
            await Measure(store);
        }
        finally
        {
            NpgsqlConnection.ClearAllPools();
            await Execute(server, $"drop database {name} with (force)");
        }
        return 0;
    }

    private static async Task Measure(IEventStore store)
    {
        for (var i = 0; i < Streams; i++)
            await Fill(store, new StreamName("bench", Order.StreamType, $"o{i}"));
        var recorded = await store.ReadStream(new StreamName("bench", Order.StreamType, "o0"), 0, Events, CancellationToken.None);
        var bytes = recorded.Sum(entry => entry.Data.Length) / recorded.Count;
        Console.WriteLine($"{Streams} streams of {Events} events, {bytes} bytes of data each on average; events/s, {Rounds} rounds");
        var memory = new List<double>();
        var database = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            memory.Add(Rate(() =>
            {
                for (var i = 0; i < Streams; i++)
                    _ = recorded.Aggregate(Order.Initial, (state, entry) => Order.Evolve(state, EventCodec.Decode(entry)));
                return Task.CompletedTask;
            }));
            database.Add(Rate(async () =>
            {
                await using var engine = new Aggregates(store, new EngineOptions { SnapshotEvery = 1_000_000 });
                for (var i = 0; i < Streams; i++)
                    await engine.Load<OrderState>("bench", $"o{i}", PointInTime.Latest, CancellationToken.None);
            }));
        }
        Report("decode and apply", memory);
        Report("read, decode and apply", database);
    }

    private static double Rate(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        work().GetAwaiter().GetResult();
        return Streams * Events / watch.Elapsed.TotalSeconds;
    }

    private static void Report(string what, List<double> rates)
    {
        var sorted = rates.Skip(1).Order().ToList(); // the first round compiles
        Console.WriteLine($"{what,-24} median {sorted[sorted.Count / 2],12:n0}   low {sorted[0],12:n0}   high {sorted[^1],12:n0}");
    }

    /// <summary>An order that grew to 100 lines and whose quantities then changed until the stream has its events.</summary>
    private static async Task Fill(IEventStore store, StreamName stream)
    {
        var at = DateTimeOffset.UnixEpoch;
        var events = new List<DomainEvent> { new OrderCreated(stream.Id, "customer-1", "GBP", PaymentMethods.Ok, null, "United Kingdom", at) };
        for (var i = 0; i < 100; i++)
            events.Add(new ItemAdded($"851{i:00}A", 6, 255, "WHITE HANGING HEART T-LIGHT HOLDER", at));
        while (events.Count < Events)
            events.Add(new QuantityChanged($"851{events.Count % 100:00}A", 255, events.Count, at));
        var context = new CommandContext("bench", Guid.NewGuid(), "bench", Guid.NewGuid());
        await store.Append(new Append(stream, StreamHead.None, EventCodec.Encode(events, context), null), CancellationToken.None);
    }

    private static async Task Execute(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
