using OrleansOrders.EventStore;

namespace OrleansOrders.Hosting;

/// <summary>
/// What Orleans' ADO.NET providers read and write: cluster membership, reminders and grain storage. They find their
/// statements by name in <c>orleansquery</c>; the objects behind it are ours. Installed by both editions, so that a
/// database can change from one to the other.
/// </summary>
public static class OrleansSchema
{
    public static readonly MigrationSet Migrations = new("orleans", typeof(OrleansSchema).Assembly, 1);
}
