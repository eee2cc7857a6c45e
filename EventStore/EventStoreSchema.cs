namespace OrleansOrders.EventStore;

/// <summary>The log's own tables and functions.</summary>
public static class EventStoreSchema
{
    public static readonly MigrationSet Migrations = new("event-store", typeof(EventStoreSchema).Assembly, 1);
}
