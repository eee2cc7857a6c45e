using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Providers;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Standalone;

/// <summary>Everything behind the API: the log, the rules, what follows the log. Started and stopped in one order.</summary>
internal sealed partial class OrderSystem : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly ProjectionHost projections;

    private OrderSystem(
        NpgsqlDataSource database, PostgresEventStore store, Aggregates aggregates, PostgresReadModels readModels,
        ProjectionHost projections, IProviderBooks books, FulfilmentRunner runner)
    {
        (this.database, this.projections) = (database, projections);
        (Store, Aggregates, ReadModels, Books, Runner) = (store, aggregates, readModels, books, runner);
    }

    public PostgresEventStore Store { get; }

    public Aggregates Aggregates { get; }

    public PostgresReadModels ReadModels { get; }

    public IProviderBooks Books { get; }

    public FulfilmentRunner Runner { get; }

    public static async Task<OrderSystem> Start(StandaloneOptions options, ILoggerFactory logging, CancellationToken cancellation)
    {
        var log = logging.CreateLogger("OrleansOrders");
        var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(options.ConnectionString) { MaxPoolSize = 40 }.ConnectionString);
        try
        {
            await Schema.Apply(database, cancellation);
            var store = new PostgresEventStore(database, new EventStoreOptions(), options.Time);
            var aggregates = new Aggregates(store, options.Engine);
            var readModels = new PostgresReadModels(
                options.ConnectionString, store, options.Time, new ReadModelsOptions { Notice = line => LogNotice(log, line) });
            var projections = await ProjectionHost.Start(readModels, cancellation);
            var books = new PostgresProviderBooks(database);
            var runner = new FulfilmentRunner(
                store, aggregates, readModels, new SimulatedPaymentProvider(books, options.Time, options.SlowPayment), new SimulatedCarrier(),
                new PostgresReactionCheckpoint(database, "fulfilment"), options.Engine, options.Time,
                (what, failure) => LogFailure(log, what, failure.GetType().Name, failure.Message));
            await runner.Start(cancellation);
            return new OrderSystem(database, store, aggregates, readModels, projections, books, runner);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Runner.DisposeAsync();
        await Aggregates.DisposeAsync();
        await projections.DisposeAsync();
        await ReadModels.DisposeAsync();
        await Store.DisposeAsync();
        await database.DisposeAsync();
    }

    // The reason only, not the exception's whole text: it could quote what a customer wrote.
    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} failed and will be tried again: {Kind}: {Reason}")]
    private static partial void LogFailure(ILogger log, string what, string kind, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Line}")]
    private static partial void LogNotice(ILogger log, string line);
}
