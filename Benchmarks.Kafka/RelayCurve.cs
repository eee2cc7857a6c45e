using OrleansOrders.Cli.Bench;
using OrleansOrders.Cli.Bench.Growth;
using OrleansOrders.Cli.Bench.Loading;
using OrleansOrders.EventStore;

namespace OrleansOrders.Benchmarks.Kafka;

/// <summary>The same number of events published, from the end of logs of different lengths: read, sent, acknowledged and checkpointed.</summary>
internal sealed class RelayCurve(BenchServer server, GrowthPace pace) : ICurve
{
    private const string Relay = "relay";

    private static readonly BlockLog Log = BlockLog.OfShop("g");

    private readonly List<(BenchDatabase Log, Broker Broker)> logs = [];

    public CurvePlan Plan { get; } = new(
        Relay, "Publishing, by the length of the log", "events in the log", LogPoints.Of(pace),
        [
            new("relay-cost", "Processor time for a message, by the length of the log", "microseconds", false, new ChartLine(Relay, Figures.Processor, "published")),
            new("relay-rate", "Messages per second, by the length of the log", "messages/s", false, new ChartLine(Relay, Figures.PerSecond, "published")),
        ]);

    // Behind the log, what is published: as many events in each of them.
    public async Task Prepare(Action<string> report, CancellationToken cancellation)
    {
        foreach (var point in Plan.Points)
        {
            var log = await server.CreateDatabase(cancellation);
            logs.Add((log, Broker.OfOneLog()));
            await Log.Load(log, (int)point.X / Log.EventsPerBlock, report, cancellation);
            await BlockLog.OfShop("p").Load(log, Published / Log.EventsPerBlock, report, cancellation);
        }
        await logs[0].Log.Execute("checkpoint", cancellation);
    }

    public async Task<IReadOnlyList<Sample>> Measure(int point, CancellationToken cancellation)
    {
        var (log, broker) = logs[point];
        await using var store = new PostgresEventStore(log.Source, new EventStoreOptions(), TimeProvider.System);
        return [Sample.From(Relay, await RelayContest.Publish(log, store, broker, (long)Plan.Points[point].X, Published, cancellation))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (log, broker) in logs)
        {
            broker.Dispose();
            await log.DisposeAsync();
        }
    }

    private int Published => pace.IsQuick ? 20_000 : 100_000;
}
