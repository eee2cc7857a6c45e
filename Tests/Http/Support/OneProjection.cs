using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Tests.Http.Support;

/// <summary>A read side that has one projection in a state of the test's choice, and answers nothing else.</summary>
internal sealed class OneProjection(string name, string state) : IReadModels
{
    public IDeadLetters DeadLetters => throw new NotSupportedException();

    public ILogTail LogTail { get; init; } = new LogTailInMemory();

    public Task<IReadOnlyList<ProjectionStatus>> ListProjections(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ProjectionStatus>>([new ProjectionStatus(name, 1, 1, 0, 0, null, state, null, null)]);

    public Task<IReadOnlyList<ConsumerStatus>> ListConsumers(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<bool> WaitFor(string projection, long position, TimeSpan limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<OrderView?> FindOrder(string tenant, string orderId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Page<OrderSummary>> ListOrders(string tenant, OrderQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<NotificationView>> ListNotifications(string tenant, string orderId, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<StockView?> FindStock(string tenant, string sku, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Page<FulfilmentView>> ListFulfilments(
        string tenant, string? status, string? cursor, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SalesReport> ReportSales(
        string tenant, DateOnly? from, DateOnly? to, SalesGrouping grouping, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<bool> StartRebuild(string projection, long? maximumDifferences, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<(string Tenant, string OrderId)>> ListDueFulfilments(
        DateTimeOffset now, int limit, CancellationToken cancellation) => throw new NotSupportedException();
}
