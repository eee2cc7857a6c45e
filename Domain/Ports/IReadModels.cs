namespace OrleansOrders.Domain.Ports;

/// <param name="Next">Where the next page begins, opaque to callers; null on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Which orders are asked for. All conditions hold together; null means any.</summary>
/// <param name="Text">Words, part of a SKU, of a description or of an id.</param>
/// <param name="From">Placed (or, for drafts, created) at this moment or later.</param>
/// <param name="To">Placed before this moment.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record OrderQuery(
    string? Customer, string? Status, string? Text, DateTimeOffset? From, DateTimeOffset? To, string? Cursor, int Limit)
{
    /// <summary>The projection that answers, which is the one to wait for with a <c>min-position</c>.</summary>
    public string ServedBy => Text is null ? "customer_orders" : "order_search";
}

public enum SalesGrouping
{
    Day,
    Sku,
    Country,
}

/// <param name="Key">The day (<c>2010-12-01</c>, UTC), the SKU or the country ("" when the order names none).</param>
/// <param name="Orders">Orders placed and not cancelled that touch the key.</param>
/// <param name="Quantity">Pieces in them.</param>
/// <param name="Gross">Minor units, before returns.</param>
public sealed record SalesRow(string Key, string Currency, long Orders, long Quantity, long Gross);

/// <param name="Totals">One row per currency, its key "total".</param>
public sealed record SalesReport(IReadOnlyList<SalesRow> Rows, IReadOnlyList<SalesRow> Totals);

/// <summary>How far a projection is.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Position">Everything up to here is applied.</param>
/// <param name="End">The log's real end.</param>
/// <param name="LagEvents">End minus position.</param>
/// <param name="LagSeconds">Age of the oldest event that is not applied; 0 when there is none.</param>
/// <param name="OldestOrder">The order of the oldest order event that is not applied, or null.</param>
/// <param name="State"><c>live</c>, <c>failed</c> (see <paramref name="Error"/>) or <c>rebuilding</c>.</param>
public sealed record ProjectionStatus(
    string Name, long Position, long End, long LagEvents, double LagSeconds, string? OldestOrder, string State, string? Error,
    RebuildStatus? Rebuild);

/// <summary>How far one that reads the log, or what is published of it, is behind.</summary>
/// <param name="Name"><c>publisher</c>, <c>reactions</c>, <c>notifications</c>, or a read model's.</param>
/// <param name="Position">Everything up to here is done, or parked as a dead letter.</param>
/// <param name="End">The log's real end.</param>
/// <param name="LagEvents">End minus position.</param>
/// <param name="LagSeconds">Age of the oldest event that is not done; 0 when there is none.</param>
/// <param name="OldestOrder">The first order that waits, or null when there is none near.</param>
/// <param name="State">In a word or a few; <c>live</c> when all is well.</param>
/// <param name="Error">What is in the way, or null.</param>
/// <param name="DeadLetters">Streams of all tenants that are parked for it.</param>
public sealed record ConsumerStatus(
    string Name, long Position, long End, long LagEvents, double LagSeconds, string? OldestOrder, string State, string? Error, long DeadLetters);

/// <summary>A rebuild beside the live table.</summary>
/// <param name="Phase"><c>building</c>, <c>comparing</c>, <c>switched</c>, <c>refused</c> or <c>failed</c>.</param>
/// <param name="Differences">Rows that differ from the live table, once compared.</param>
public sealed record RebuildStatus(
    string Phase, long Position, long End, long? LiveRows, long? ShadowRows, long? Differences, DateTimeOffset StartedAt, string? Detail);

/// <summary>The read side as HTTP and the saga runner see it.</summary>
public interface IReadModels
{
    /// <summary>What the consumers of the log could not take.</summary>
    IDeadLetters DeadLetters { get; }

    /// <summary>What is projected, as it grows.</summary>
    ILogTail LogTail { get; }

    /// <summary>Waits until the projection has applied <paramref name="position"/>; false when <paramref name="limit"/> passes first.</summary>
    Task<bool> WaitFor(string projection, long position, TimeSpan limit, CancellationToken cancellation);

    Task<OrderView?> FindOrder(string tenant, string orderId, CancellationToken cancellation);

    /// <exception cref="BadCursorException">The cursor is not one of ours.</exception>
    Task<Page<OrderSummary>> ListOrders(string tenant, OrderQuery query, CancellationToken cancellation);

    /// <summary>What the order's customer was told, or could not be, oldest first.</summary>
    Task<IReadOnlyList<NotificationView>> ListNotifications(string tenant, string orderId, CancellationToken cancellation);

    Task<StockView?> FindStock(string tenant, string sku, CancellationToken cancellation);

    /// <exception cref="BadCursorException">The cursor is not one of ours.</exception>
    Task<Page<FulfilmentView>> ListFulfilments(string tenant, string? status, string? cursor, int limit, CancellationToken cancellation);

    /// <param name="from">First day, included; null for the beginning.</param>
    /// <param name="to">Last day, included; null for the end.</param>
    Task<SalesReport> ReportSales(string tenant, DateOnly? from, DateOnly? to, SalesGrouping grouping, CancellationToken cancellation);

    Task<IReadOnlyList<ProjectionStatus>> ListProjections(CancellationToken cancellation);

    /// <summary>Everything that must follow the log: the publisher where there ever was one, then who reacts, then the read models.</summary>
    Task<IReadOnlyList<ConsumerStatus>> ListConsumers(CancellationToken cancellation);

    /// <summary>Starts a rebuild beside the live table and returns at once; false when one is running already.</summary>
    /// <param name="maximumDifferences">The switch is refused when more rows than this differ; null takes any.</param>
    /// <exception cref="KeyNotFoundException">There is no such projection.</exception>
    Task<bool> StartRebuild(string projection, long? maximumDifferences, CancellationToken cancellation);

    /// <summary>Fulfilments, over all tenants, whose next attempt or deadline is due, longest due first.</summary>
    Task<IReadOnlyList<(string Tenant, string OrderId)>> ListDueFulfilments(DateTimeOffset now, int limit, CancellationToken cancellation);
}

/// <summary>The cursor was not made by this list.</summary>
public sealed class BadCursorException() : Exception("The cursor is not one that this list gave.");
