using BenchmarkDotNet.Attributes;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Benchmarks;

/// <summary>What one event costs in memory, step by step: the way in, and the way back. An item added to an order, 130 bytes.</summary>
[MemoryDiagnoser]
public class EventCosts
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 15, TimeSpan.Zero);
    private static readonly StreamName Stream = new("bench", Order.StreamType, "7f3k");

    private readonly DomainEvent[] events = [new ItemAdded("85123A", 6, 255, "White hanging heart T-light holder", At)];
    private readonly CommandContext context = new("bench", Guid.NewGuid(), "bench", Guid.NewGuid());
    private readonly OrderState draft = Order.Evolve(
        Order.Initial, new OrderCreated("7f3k", "customer-1", "GBP", PaymentMethods.Ok, null, "United Kingdom", At));
    private readonly byte[] previous = new byte[HashChain.Length];
    private NewEvent encoded = null!;

    [GlobalSetup]
    public void Encode() => encoded = EventCodec.Encode(events, context)[0];

    [Benchmark(Description = "to bytes, with metadata")]
    public IReadOnlyList<NewEvent> ToBytes() => EventCodec.Encode(events, context);

    [Benchmark(Description = "chained to the last one by a hash")]
    public byte[] Chain() => HashChain.Next(previous, Stream, 2, encoded);

    [Benchmark(Description = "from bytes")]
    public DomainEvent FromBytes() => EventCatalog.Decode(encoded.Type, encoded.Data);

    [Benchmark(Description = "from bytes and applied")]
    public OrderState Apply() => Order.Evolve(draft, EventCatalog.Decode(encoded.Type, encoded.Data));
}
