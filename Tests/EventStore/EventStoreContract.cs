using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

/// <summary>What a network may do to one append; see <see cref="EventStoreContract.AppendDespite"/>.</summary>
public enum Loss
{
    Statement,
    Reply,
}

/// <summary>
/// What every log must do. The same tests run against PostgreSQL and against the log in memory, so that what is proved
/// with the one holds for the other.
/// </summary>
public abstract partial class EventStoreContract
{
    protected static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The log under test.</summary>
    protected abstract IEventStore Store { get; }

    /// <summary>The same log, as another process sees it.</summary>
    protected abstract IEventStore OtherStore { get; }

    /// <summary>
    /// Appends through a network that fails once. Before the store can notice or repair anything, <paramref name="meanwhile"/> happens.
    /// </summary>
    protected abstract Task<AppendResult> AppendDespite(Loss loss, Append append, Func<Task>? meanwhile = null);

    internal static StreamName NewStream(string tenant = "default") => new(tenant, "order", Guid.NewGuid().ToString("n"));

    internal static NewEvent NewEvent(string data = """{"sku": "85123A"}""") => new(
        Guid.NewGuid(), "order-item-added.v1", Encoding.UTF8.GetBytes(data), """{"actor":"test"}"""u8.ToArray(),
        new DateTimeOffset(2010, 12, 1, 8, 26, 0, TimeSpan.Zero));

    internal static NewEvent[] NewEvents(int count) => [.. Enumerable.Range(0, count).Select(i => NewEvent($$"""{"number": {{i}}}"""))];

    internal static Receipt NewReceipt(string? refusal = null) =>
        new(Guid.NewGuid(), [1, 2, 3], refusal, refusal is null ? null : $"Because of {refusal}.");

    internal static Append On(StreamName stream, StreamHead expected, params NewEvent[] events) =>
        new(stream, expected, events, null);

    protected async Task<StreamHead> Appended(Append append) =>
        Assert.IsType<AppendResult.Appended>(await Store.Append(append, None)).Head;

    protected Task<IReadOnlyList<RecordedEvent>> ReadAll(StreamName stream) => Store.ReadStream(stream, 0, int.MaxValue, None);

    protected static IEnumerable<Guid> IdsOf(IEnumerable<NewEvent> events) => events.Select(added => added.EventId);

    protected static IEnumerable<Guid> IdsOf(IEnumerable<RecordedEvent> events) => events.Select(stored => stored.EventId);
}
