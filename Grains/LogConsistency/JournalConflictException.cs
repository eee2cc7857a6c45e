namespace OrleansOrders.Grains.LogConsistency;

/// <summary>
/// Events raised without a condition met events of somebody else. They were not written: they were decided on a state that
/// is no longer so. The grain's state is up to date; decide again.
/// </summary>
[GenerateSerializer]
public sealed class JournalConflictException(string message) : Exception(message);
