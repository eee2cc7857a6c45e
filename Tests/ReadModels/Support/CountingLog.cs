using System.Reflection;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.ReadModels.Support;

/// <summary>A log that says how many events were read from it.</summary>
internal class CountingLog : DispatchProxy
{
    private IEventStore inner = null!;
    private int eventsRead;

    public int EventsRead => eventsRead;

    public static (IEventStore Log, CountingLog Counter) Over(IEventStore log)
    {
        var proxy = Create<IEventStore, CountingLog>();
        ((CountingLog)(object)proxy).inner = log;
        return (proxy, (CountingLog)(object)proxy);
    }

    protected override object? Invoke(MethodInfo? method, object?[]? arguments) => method!.Name == nameof(IEventStore.ReadLog)
        ? Count((Task<IReadOnlyList<RecordedEvent>>)method.Invoke(inner, arguments)!)
        : method.Invoke(inner, arguments);

    private async Task<IReadOnlyList<RecordedEvent>> Count(Task<IReadOnlyList<RecordedEvent>> reading)
    {
        var events = await reading;
        Interlocked.Add(ref eventsRead, events.Count);
        return events;
    }
}
