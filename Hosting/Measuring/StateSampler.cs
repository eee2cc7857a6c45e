using System.Diagnostics.Metrics;
using OrleansOrders.ReadModels;
using OrleansOrders.ReadModels.Queries;

namespace OrleansOrders.Hosting.Measuring;

/// <summary>
/// Asks the database every few seconds how the installation stands, so that asking for metrics asks nobody. While the database
/// does not answer, only that is measured: an old number would look like a new one.
/// </summary>
public sealed class StateSampler : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly Meter meter = new("OrleansOrders.State");
    private readonly CancellationTokenSource stopping = new();
    private readonly PostgresReadModels readModels;
    private readonly TimeProvider time;
    private readonly Task sampling;
    private volatile InstallationState? last;
    private volatile int answers = -1; // not asked yet

    private StateSampler(PostgresReadModels readModels, TimeProvider time)
    {
        (this.readModels, this.time) = (readModels, time);
        meter.CreateObservableGauge("orders.database.answers", Answers, null, "1 while the database answers this process, else 0.");
        meter.CreateObservableGauge("orders.log.position", () => Of(state => state.End), "{event}", "The log's end.");
        meter.CreateObservableGauge(
            "orders.fulfilments.parked", () => Of(state => state.ParkedFulfilments), "{fulfilment}", "Fulfilments that wait for a person.");
        meter.CreateObservableGauge(
            "orders.consumer.position", () => Each(one => one.Position), "{event}", "Everything up to here is done, by consumer.");
        meter.CreateObservableGauge(
            "orders.consumer.lag", () => Each((one, end) => Math.Max(0, end - one.Position)), "{event}", "Events that are not done, by consumer.");
        meter.CreateObservableGauge(
            "orders.consumer.lag.age", () => Each(one => one.LagSeconds), "s", "Age of the oldest event that is not done, by consumer.");
        meter.CreateObservableGauge(
            "orders.consumer.failed", () => Each(one => one.HasFailed ? 1L : 0), null, "1 where something is in a consumer's way, else 0.");
        meter.CreateObservableGauge(
            "orders.consumer.dead_letters", () => Each(one => one.DeadLetters), "{stream}", "Streams that are parked, by consumer.");
        sampling = Task.Run(Sample);
    }

    public static StateSampler Start(PostgresReadModels readModels, TimeProvider time) => new(readModels, time);

    /// <summary>The projections that have stopped, as of the last look, one sentence each.</summary>
    public IReadOnlyList<string> FindTroubles() => last is { } state
        ? [.. state.Followers.Where(one => one.HasFailed && ReadModelCatalog.All.Any(model => model.Name == one.Name))
            .Select(one => $"The projection {one.Name} has stopped; GET /v1/projections says why.")]
        : [];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await sampling;
        meter.Dispose();
        stopping.Dispose();
    }

    private async Task Sample()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                limit.CancelAfter(Patience);
                last = await readModels.ReadState(limit.Token);
                answers = 1;
            }
            catch (Exception) when (!stopping.IsCancellationRequested)
            {
                // Whatever it is: health and the log say what, here it is a number.
                (last, answers) = (null, 0);
            }
            catch (Exception)
            {
                return;
            }
            await Task.Delay(Interval, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<Measurement<int>> Answers() => answers < 0 ? [] : [new Measurement<int>(answers)];

    private IEnumerable<Measurement<long>> Of(Func<InstallationState, long> number) =>
        last is { } state ? [new Measurement<long>(number(state))] : [];

    private IEnumerable<Measurement<T>> Each<T>(Func<LogFollower, T> number)
        where T : struct => Each((one, _) => number(one));

    private IEnumerable<Measurement<T>> Each<T>(Func<LogFollower, long, T> number)
        where T : struct => last is { } state
            ? state.Followers.Select(one => new Measurement<T>(number(one, state.End), new KeyValuePair<string, object?>("consumer", one.Name)))
            : [];
}
