using System.Collections.Concurrent;
using OrleansOrders.Domain;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Grains.LogConsistency;

namespace OrleansOrders.Grains.Aggregates;

/// <summary>How the aggregates' grains are written down: exactly as the standalone edition writes.</summary>
public sealed class OrdersJournal : IJournalFormat
{
    /// <summary>The name under which the provider is registered.</summary>
    public const string Name = "orders";

    private static readonly ConcurrentDictionary<Type, string> Schemas = new();

    /// <exception cref="ArgumentException">The grain's id is not one of ours.</exception>
    public StreamName StreamOf(GrainId grain) => GrainKeys.TryParse(grain.Key.ToString(), out var tenant, out var id)
        ? new StreamName(tenant, grain.Type.ToString()!, id)
        : new StreamName("none", grain.Type.ToString()!, "none"); // its calls are refused before they come to it

    /// <exception cref="NotSupportedException">Always: these grains describe what they write.</exception>
    public NewEvent Encode(object entry) => throw new NotSupportedException("An aggregate's events carry their command's identity.");

    public object Decode(RecordedEvent recorded) => EventCodec.Decode(recorded);

    public string SchemaOf(Type view) => Schemas.GetOrAdd(view, static type => New(type).Schema);

    public byte[] EncodeView(object view) => ((IAggregateView)view).Encode();

    public object DecodeView(Type view, ReadOnlyMemory<byte> bytes)
    {
        var restored = New(view);
        restored.Restore(bytes.Span);
        return restored;
    }

    private static IAggregateView New(Type view) => (IAggregateView)Activator.CreateInstance(view)!;
}
