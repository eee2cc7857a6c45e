namespace OrleansOrders.Cli.Bench;

/// <summary>What one side of a headline did in one round.</summary>
/// <param name="Value">The round's figure: units per second, or milliseconds for a latency.</param>
/// <param name="ProcessorMicros">Processor time of everybody who took part, for each unit.</param>
/// <param name="ServerMicros">The database server's part of it.</param>
/// <param name="Batch">Units in one transaction, on average; null where that means nothing.</param>
internal sealed record Measured(double Value, double ProcessorMicros, double ServerMicros, double? Batch = null);
