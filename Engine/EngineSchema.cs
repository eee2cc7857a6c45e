using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>The engine's own tables: the runner's checkpoint and the simulated provider's books.</summary>
public static class EngineSchema
{
    public static readonly MigrationSet Migrations = new("engine", typeof(EngineSchema).Assembly, 1);
}
