using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Grains;
using OrleansOrders.Kafka;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Kafka.Support;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>
/// How fast projection grains catch up with what stands in the topics: from the broker through the stream provider to the
/// committed rows. Four of the six read models are made of the orders' events, so each event is applied four times.
/// </summary>
internal static class ProjectionSpeed
{
    private const int Rounds = 3;
    private const int Orders = 8_000;
    private const int Appending = 64;
    private const double LeastApplied = 20_000;

    private static readonly DateTimeOffset Start = new(2010, 12, 1, 8, 26, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;

    public static async Task Run(BenchDatabase database, Report report)
    {
        await using var source = NpgsqlDataSource.Create(database.WithConnections("projections", 20));
        await using var store = new PostgresEventStore(source, new EventStoreOptions(), TimeProvider.System);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Orders), new ParallelOptions { MaxDegreeOfParallelism = Appending }, async (number, stop) => await Append(store, number, stop));
        var end = await store.ReadEnd(None);
        var kinds = ReadModelCatalog.All.Count(projection => projection.StreamType == Order.StreamType);
        report.Say($"{end} events of {Orders} orders, each applied by {kinds} read models; {Rounds} rounds after a warm-up");
        List<double> logged = [], applied = [];
        for (var round = 0; round <= Rounds; round++)
        {
            var elapsed = await Measure(database, source, store, end);
            if (round == 0)
                continue;
            logged.Add(end / elapsed.TotalSeconds);
            applied.Add(kinds * end / elapsed.TotalSeconds);
        }
        report.Add("the log, in all its read models", "events/s", logged);
        var median = report.Add("applied by projection grains", "events/s", applied);
        report.Judge("applied by projection grains", "events/s", median, $"at least {LeastApplied:n0}", median >= LeastApplied);
    }

    private static async Task Append(PostgresEventStore store, int number, CancellationToken stop)
    {
        var id = $"{number:x8}";
        OrderCommand[] commands =
        [
            new CreateOrder(id, $"c{number % 500}", "GBP", "pm_ok", "Main street 1", "United Kingdom",
                [new("85123A", 6, 255, "WHITE HANGING HEART T-LIGHT HOLDER"), new($"s{number % 300}", 2, 339, "LANTERN")], true, Start.AddMinutes(number)),
            new ConfirmOrder(Start.AddMinutes(number + 1)), new ShipOrder("DPD", $"T{number}", Start.AddMinutes(number + 2)),
            new DeliverOrder(Start.AddMinutes(number + 3)),
        ];
        var (state, events) = (Order.Initial, new List<DomainEvent>());
        foreach (var command in commands)
        {
            var decided = ((Decision.Accepted)Order.Decide(state, command)).Events;
            state = decided.Aggregate(state, Order.Evolve);
            events.AddRange(decided);
        }
        var context = new CommandContext("default", Guid.NewGuid(), "bench", Guid.NewGuid());
        await store.Append(new Append(new StreamName("default", Order.StreamType, id), StreamHead.None, EventCodec.Encode(events, context), null), stop);
    }

    private static async Task<TimeSpan> Measure(BenchDatabase database, NpgsqlDataSource source, PostgresEventStore store, long end)
    {
        using var broker = new MockCluster();
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            broker.CreateTopic(topic, PublishedEvents.Partitions);
        await Execute(source, $"truncate kafka_epochs, kafka_partitions, projections, {string.Join(", ", ReadModelCatalog.All.Select(model => model.Name))}");
        await Execute(source, "update kafka_publisher set position = 0, epoch = 0, owner = null, leased_until = '-infinity'");
        var kafka = new KafkaOptions { BootstrapServers = broker.BootstrapServers };
        await using (var publisher = new Publisher(kafka, source, store, NullLogger<Publisher>.Instance, TimeProvider.System))
        {
            publisher.Start();
            while ((await PublisherStatus.Read(source, None)).Position < end)
                await Task.Delay(20);
        }
        using var silo = await BenchmarkSilo.Start(builder =>
        {
            builder.UseInMemoryReminderService();
            builder.Services.AddSingleton<IReadModels>(services => new PostgresReadModels(
                database.ConnectionString, services.GetRequiredService<IEventStore>(), TimeProvider.System));
            builder.AddOrders(new OrdersSiloOptions(database.WithConnections("silo", 20)) { ReadsFeed = false, Kafka = kafka });
        });
        var watch = Stopwatch.StartNew();
        while (await Lowest(source) < end)
            await Task.Delay(10);
        var elapsed = watch.Elapsed;
        await silo.StopAsync();
        return elapsed;
    }

    private static async Task<long> Lowest(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("select coalesce(min(r_position), 0) from read_projection_positions($1, $2)");
        var orders = ReadModelCatalog.All.Where(projection => projection.StreamType == Order.StreamType).ToList();
        command.Parameters.AddWithValue(orders.Select(projection => projection.Name).ToArray());
        command.Parameters.AddWithValue(orders.Select(projection => PublishedEvents.TopicOf(projection.StreamType)).ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return reader.GetInt64(0);
    }

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
