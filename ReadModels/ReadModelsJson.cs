using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels;

/// <summary>The documents in the read models' tables: camelCase, absent values left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderView))]
[JsonSerializable(typeof(ImmutableArray<OrderLine>))]
internal sealed partial class ReadModelsJson : JsonSerializerContext;
