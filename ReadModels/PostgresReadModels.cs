using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels.Letters;
using OrleansOrders.ReadModels.Queries;
using OrleansOrders.ReadModels.Rebuilding;

namespace OrleansOrders.ReadModels;

/// <summary>
/// The read models in PostgreSQL. Answers queries whether or not this process projects; <see cref="ProjectionHost"/> is what
/// keeps the tables up with the log.
/// </summary>
public sealed class PostgresReadModels : IReadModels, IAsyncDisposable
{
    private const int LongestPage = 200;

    private readonly PositionWaits _waits;
    private readonly ProjectionStatuses _statuses;
    private readonly ConsumerStatuses _consumers;
    private readonly OrderQueries _orders;
    private readonly FulfilmentQueries _fulfilments;
    private readonly StockAndSalesQueries _stockAndSales;
    private readonly NpgsqlDataSource _reading;
    private int _isDisposed;

    /// <param name="connectionString">
    /// Of the database that <see cref="ReadModelsSchema.Migrations"/> was applied to, for whoever keeps the tables.
    /// </param>
    /// <param name="log">What is projected.</param>
    public PostgresReadModels(string connectionString, IEventStore log, TimeProvider time, ReadModelsOptions? options = null)
    {
        Options = options ?? new ReadModelsOptions();
        Log = log;
        Time = time;
        ConnectionString = Configure(connectionString, Options);
        DataSource = StoreConnections.Open(ConnectionString, "read models");
        Projecting = StoreConnections.Open(StoreConnections.Tune(ConnectionString, MostOf(Options)), "projections");
        _reading = StoreConnections.Open(Configure(Options.Reader ?? connectionString, Options), "queries");
        Durable = StoreConnections.Open(ConfigureDurable(connectionString), "operators");
        DeadLetters = new DeadLetterDesk(this);
        LogTail = new LogTail(log);
        Rebuilds = new Rebuilds(this);
        _waits = new PositionWaits(DataSource, Options, time);
        _statuses = new ProjectionStatuses(this);
        _consumers = new ConsumerStatuses(DataSource, _statuses);
        _orders = new OrderQueries(_reading);
        _fulfilments = new FulfilmentQueries(_reading, DataSource);
        _stockAndSales = new StockAndSalesQueries(_reading);
    }

    /// <summary>Dead letters of all consumers: replays those of the projections, and asks the others to replay theirs.</summary>
    public IDeadLetters DeadLetters { get; }

    /// <inheritdoc/>
    public ILogTail LogTail { get; }

    internal ReadModelsOptions Options { get; }

    internal IEventStore Log { get; }

    internal TimeProvider Time { get; }

    internal string ConnectionString { get; }

    /// <summary>For what is no tenant's: positions, rebuilds, what is due.</summary>
    internal NpgsqlDataSource DataSource { get; }

    /// <summary>For rows by their keys, read and written in batches; queries of people have plans of their own.</summary>
    internal NpgsqlDataSource Projecting { get; }

    /// <summary>For what a person did, which no fold of the log brings back: its commits wait for the disk.</summary>
    internal NpgsqlDataSource Durable { get; }

    internal Rebuilds Rebuilds { get; }

    /// <inheritdoc/>
    public Task<bool> WaitFor(string projection, long position, TimeSpan limit, CancellationToken cancellation) =>
        _waits.Wait(projection, position, limit, cancellation);

    /// <inheritdoc/>
    public Task<OrderView?> FindOrder(string tenant, string orderId, CancellationToken cancellation) =>
        _orders.Find(tenant, orderId, cancellation);

    /// <inheritdoc/>
    public Task<Page<OrderSummary>> ListOrders(string tenant, OrderQuery query, CancellationToken cancellation)
    {
        CheckLimit(query.Limit);
        return _orders.List(tenant, query, cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<NotificationView>> ListNotifications(string tenant, string orderId, CancellationToken cancellation) =>
        new NotificationQueries(DataSource).List(tenant, orderId, cancellation);

    /// <inheritdoc/>
    public Task<StockView?> FindStock(string tenant, string sku, CancellationToken cancellation) =>
        _stockAndSales.FindStock(tenant, sku, cancellation);

    /// <inheritdoc/>
    public Task<Page<FulfilmentView>> ListFulfilments(
        string tenant, string? status, string? cursor, int limit, CancellationToken cancellation)
    {
        CheckLimit(limit);
        return _fulfilments.List(tenant, status, cursor, limit, cancellation);
    }

    /// <inheritdoc/>
    public Task<SalesReport> ReportSales(
        string tenant, DateOnly? from, DateOnly? to, SalesGrouping grouping, CancellationToken cancellation) =>
        _stockAndSales.ReportSales(tenant, from, to, grouping, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ProjectionStatus>> ListProjections(CancellationToken cancellation) => _statuses.List(cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConsumerStatus>> ListConsumers(CancellationToken cancellation) => _consumers.List(cancellation);

    /// <summary>The state of the installation in numbers, cheaply: for whoever measures it every few seconds.</summary>
    public Task<InstallationState> ReadState(CancellationToken cancellation) => new LogFollowers(this).Read(cancellation);

    /// <inheritdoc/>
    public async Task<bool> StartRebuild(string projection, long? maximumDifferences, CancellationToken cancellation) =>
        await Rebuilds.Start(projection, maximumDifferences, cancellation) is not null;

    /// <summary>Rebuilds and returns when that has ended, for the command line.</summary>
    /// <returns>How it ended; null when another rebuild of the projection is running.</returns>
    /// <exception cref="KeyNotFoundException">There is no such projection.</exception>
    public async Task<RebuildStatus?> Rebuild(string projection, long? maximumDifferences, CancellationToken cancellation)
    {
        if (await Rebuilds.Start(projection, maximumDifferences, cancellation) is not { } running)
            return null;
        await running.WaitAsync(cancellation);
        var end = await Log.ReadEnd(cancellation);
        return (await Rebuilds.Read(end, cancellation)).GetValueOrDefault(projection);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<(string Tenant, string OrderId)>> ListDueFulfilments(
        DateTimeOffset now, int limit, CancellationToken cancellation) => _fulfilments.ListDue(now, limit, cancellation);

    /// <summary>May be called again: a container that knows the read models under two names does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return;
        await Rebuilds.DisposeAsync();
        await Projecting.DisposeAsync();
        await _reading.DisposeAsync();
        await DataSource.DisposeAsync();
        await Durable.DisposeAsync();
    }

    internal ProjectionPosition PositionOf(string projection) => _waits.Of(projection);

    /// <summary>
    /// What is projected can be projected again, so its commits need not wait for the disk. Connections keep nothing that
    /// would have to be reset between uses, and the few statements are prepared.
    /// </summary>
    private static string Configure(string connectionString, ReadModelsOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = MostOf(options),
            NoResetOnClose = true,
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 2,
            PersistSecurityInfo = true,
        };
        builder.Options = $"{builder.Options} -c synchronous_commit=off".Trim();
        return builder.ConnectionString;
    }

    // Half for those who project, half for those who ask.
    private static int MostOf(ReadModelsOptions options) => Math.Max(8, options.Connections / 2);

    private static string ConfigureDurable(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 4, MinPoolSize = 0 }.ConnectionString;

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LongestPage);
    }
}
