using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Cli.Simulation;

/// <summary>A read side that answers the one query that the reactions ask of it.</summary>
internal abstract class DueReadModels : IReadModels
{
    public IDeadLetters DeadLetters => throw new NotSupportedException();

    public ILogTail LogTail => throw new NotSupportedException();

    public abstract Task<IReadOnlyList<(string Tenant, string OrderId)>> ListDueFulfilments(
        DateTimeOffset now, int limit, CancellationToken cancellation);

    public Task<IReadOnlyList<ConsumerStatus>> ListConsumers(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<bool> WaitFor(string projection, long position, TimeSpan limit, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<OrderView?> FindOrder(string tenant, string orderId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Page<OrderSummary>> ListOrders(string tenant, OrderQuery query, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<NotificationView>> ListNotifications(string tenant, string orderId, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<StockView?> FindStock(string tenant, string sku, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Page<FulfilmentView>> ListFulfilments(
        string tenant, string? status, string? cursor, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SalesReport> ReportSales(
        string tenant, DateOnly? from, DateOnly? to, SalesGrouping grouping, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<ProjectionStatus>> ListProjections(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<bool> StartRebuild(string projection, long? maximumDifferences, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
