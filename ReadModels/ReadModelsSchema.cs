using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>The read models' tables.</summary>
public static class ReadModelsSchema
{
    public static readonly MigrationSet Migrations = new("read-models", typeof(ReadModelsSchema).Assembly, 2);
}
