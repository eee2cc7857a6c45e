using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.Aggregates;

/// <summary>What every aggregate's grain needs of its silo.</summary>
/// <param name="History">States of the past, folded without a grain.</param>
public sealed record GrainServices(IEventStore Store, IAggregates History, EngineOptions Options);
